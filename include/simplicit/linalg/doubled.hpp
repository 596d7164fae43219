#pragma once

#include <simplicit/linalg/stored_matrix.hpp>

namespace simplicit {

/// A number in twice the digits of double precision: high + low, with low of the size of what rounds away in
/// high.
struct Doubled {
  double high = 0;
  double low = 0;

  void add(double number);
  void add_product(double a, double b);
  /// Rounded to double precision.
  [[nodiscard]] double value() const { return high + low; }
};

/// Numbers in twice the digits of double precision: each is high + low, with low of the size of what rounds
/// away in high.
struct DoubledVector {
  Vector high;
  Vector low;
};

/// A column of `matrix`, its shift subtracted without error.
[[nodiscard]] DoubledVector doubled_column(const StoredMatrix& matrix, Index column);

/// x <- x - factor * column of `matrix`, rows all, with products and sums free of error in `high` and what is
/// left of them in `low` (Dekker's product, Knuth's sum).
void subtract_column(const StoredMatrix& matrix, Index column, double factor, DoubledVector& x);

}  // namespace simplicit
