#pragma once

#include <simplicit/problem/penalty.hpp>

namespace simplicit::test {

/// A scalar penalty written down formula by formula, apart from the two-piece form that the product uses.
struct ReferencePenalty {
  enum class Kind { l1, elastic_net, perspective, ridge } kind = Kind::l1;
  double first = 0;   ///< lambda, lambda, mu, eta
  double second = 0;  ///< -, alpha, gamma, -

  [[nodiscard]] Penalty of_the_product() const;
  [[nodiscard]] long double value(long double w) const;
  [[nodiscard]] long double conjugate(long double v) const;
  /// The largest |v| at which the conjugate is 0.
  [[nodiscard]] double slope() const;
  /// argmin over w of (w - y)^2 / 2 + step (weight h(w) + nu |w|).
  [[nodiscard]] double prox(double y, double step, double weight, double nu) const;
};

}  // namespace simplicit::test
