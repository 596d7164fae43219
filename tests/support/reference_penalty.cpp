#include <support/reference_penalty.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit::test {

Penalty ReferencePenalty::of_the_product() const {
  switch (kind) {
    case Kind::l1:
      return l1_penalty(first);
    case Kind::elastic_net:
      return elastic_net_penalty(first, second);
    case Kind::perspective:
      return perspective_penalty(first, second);
    default:
      return ridge_penalty(first);
  }
}

long double ReferencePenalty::value(long double w) const {
  const long double a = first;
  const long double b = second;
  const long double size = std::abs(w);
  switch (kind) {
    case Kind::l1:
      return a * size;
    case Kind::elastic_net:
      return a * (b * size + (1 - b) / 2 * w * w);
    case Kind::perspective:
      return size <= std::sqrt(a / b) ? 2 * std::sqrt(a * b) * size : a + b * w * w;
    default:
      return a / 2 * w * w;
  }
}

long double ReferencePenalty::conjugate(long double v) const {
  const long double a = first;
  const long double b = second;
  const long double size = std::abs(v);
  const auto positive = [](long double x) { return x > 0 ? x : 0; };
  switch (kind) {
    case Kind::l1:
      return size <= a ? 0 : static_cast<long double>(infinity);
    case Kind::elastic_net:
      if (b == 1) return size <= a ? 0 : static_cast<long double>(infinity);
      return positive(size - a * b) * positive(size - a * b) / (2 * a * (1 - b));
    case Kind::perspective:
      return positive(v * v / (4 * b) - a);
    default:
      return v * v / (2 * a);
  }
}

double ReferencePenalty::slope() const {
  switch (kind) {
    case Kind::l1:
      return first;
    case Kind::elastic_net:
      return first * second;
    case Kind::perspective:
      return 2 * std::sqrt(first * second);
    default:
      return 0;
  }
}

double ReferencePenalty::prox(double y, double step, double weight, double nu) const {
  const double size = std::abs(y);
  const double sign = y < 0 ? -1 : 1;
  const auto shrunk = [&](double slope_here, double curvature) {
    return std::max(0.0, size - step * (weight * slope_here + nu)) / (1 + step * weight * curvature);
  };
  switch (kind) {
    case Kind::l1:
      return sign * shrunk(first, 0);
    case Kind::elastic_net:
      return sign * shrunk(first * second, first * (1 - second));
    case Kind::perspective: {
      const double knee = std::sqrt(first / second);
      const double far = shrunk(0, 2 * second);
      return sign * (far >= knee ? far : std::min(knee, shrunk(slope(), 0)));
    }
    default:
      return sign * shrunk(0, first);
  }
}

}  // namespace simplicit::test
