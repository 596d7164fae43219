#pragma once

#include <simplicit/linalg/stored_matrix.hpp>

namespace simplicit {

/// Numbers in twice the digits of double precision: each is high + low, with low of the size of what rounds
/// away in high.
struct DoubledVector {
  Vector high;
  Vector low;
};

/// x <- x - factor * column of `matrix`, rows all, with products and sums free of error in `high` and what is
/// left of them in `low` (Dekker's product, Knuth's sum).
void subtract_column(const StoredMatrix& matrix, Index column, double factor, DoubledVector& x);

}  // namespace simplicit
