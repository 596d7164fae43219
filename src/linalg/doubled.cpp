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

// What a * b loses when it is rounded to `product`.
double lost_in_product(double product, Halves a, Halves b) {
  return ((a.high * b.high - product) + a.high * b.low + a.low * b.high) + a.low * b.low;
}

// What a - b loses when it is rounded to `difference`.
double lost_in_difference(double difference, double a, double b) {
  const double part = difference - a;
  return (a - (difference - part)) - (b + part);
}

template <bool shifted, typename Number>
void subtract(const Number* column, double shift, double factor, DoubledVector& x) {
  const Halves f = halves(factor);
  double* high = x.high.data();
  double* low = x.low.data();
  for (Index i = 0; i < x.high.size(); ++i) {
    const auto stored = static_cast<double>(column[i]);
    const double a = shifted ? stored - shift : stored;
    const double product = a * factor;
    const double lost = lost_in_product(product, halves(a), f);
    const double difference = high[i] - product;
    low[i] += lost_in_difference(difference, high[i], product) - lost;
    if (shifted) low[i] -= lost_in_difference(a, stored, shift) * factor;
    high[i] = difference;
  }
}

template <typename Number>
void subtract(const Number* column, const StoredMatrix& matrix, Index j, double factor, DoubledVector& x) {
  if (matrix.shift_of(j) != 0) {
    subtract<true>(column, matrix.shift_of(j), factor, x);
  } else {
    subtract<false>(column, 0, factor, x);
  }
}

}  // namespace

void Doubled::add(double number) {
  const double sum = high + number;
  low += lost_in_difference(sum, high, -number);
  high = sum;
}

void Doubled::add_product(double a, double b) {
  const double product = a * b;
  low += lost_in_product(product, halves(a), halves(b));
  add(product);
}

DoubledVector doubled_column(const StoredMatrix& matrix, Index column) {
  StoredMatrix as_stored = matrix;
  as_stored.shift = nullptr;
  DoubledVector x{Vector(matrix.rows), Vector::Zero(matrix.rows)};
  copy_block(as_stored, 0, column, matrix.rows, 1, x.high.data(), matrix.rows);
  const double shift = matrix.shift_of(column);
  if (shift == 0) return x;
  for (Index i = 0; i < x.high.size(); ++i) {
    const double stored = x.high[i];
    x.high[i] = stored - shift;
    x.low[i] = lost_in_difference(x.high[i], stored, shift);
  }
  return x;
}

void subtract_column(const StoredMatrix& matrix, Index column, double factor, DoubledVector& x) {
  const Index first = column * matrix.leading_dimension;
  if (matrix.precision == Precision::float32) {
    subtract(matrix.float32() + first, matrix, column, factor, x);
  } else {
    subtract(matrix.float64() + first, matrix, column, factor, x);
  }
}

}  // namespace simplicit
