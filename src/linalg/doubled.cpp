#include <simplicit/linalg/doubled.hpp>

namespace simplicit {
namespace {

// a = high + low with 26 bits each, so that products of halves are exact (Veltkamp).
struct Halves {
  double high;
  double low;
};

Halves halves(double a) {
  constexpr double splitter = 134217729;  // 2^27 + 1
  const double scaled = splitter * a;
  const double high = scaled - (scaled - a);
  return {high, a - high};
}

template <typename Number>
void subtract(const Number* column, double factor, DoubledVector& x) {
  const Halves f = halves(factor);
  double* high = x.high.data();
  double* low = x.low.data();
  for (Index i = 0; i < x.high.size(); ++i) {
    const auto a = static_cast<double>(column[i]);
    const Halves h = halves(a);
    const double product = a * factor;
    const double lost_in_product =
        ((h.high * f.high - product) + h.high * f.low + h.low * f.high) + h.low * f.low;
    const double difference = high[i] - product;
    const double part = difference - high[i];
    const double lost_in_difference = (high[i] - (difference - part)) - (product + part);
    high[i] = difference;
    low[i] += lost_in_difference - lost_in_product;
  }
}

}  // namespace

void subtract_column(const StoredMatrix& matrix, Index column, double factor, DoubledVector& x) {
  if (matrix.precision == Precision::float32) {
    subtract(matrix.float32() + column * matrix.leading_dimension, factor, x);
  } else {
    subtract(matrix.float64() + column * matrix.leading_dimension, factor, x);
  }
}

}  // namespace simplicit
