#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/problem/penalty.hpp>

#include <span>

namespace simplicit {

/// What is asked of the weights w of one row, whatever measures them and whatever solves for them. d features
/// may explain the row's target z; those of the columns 0 .. ball_columns - 1 (the columns of A) lie in a
/// ball, sum |w_j| <= kappa.
struct RowProblem {
  std::span<const double> weights;  ///< (d) factors of the penalty; 0 frees a column, infinity forbids it
  Index ball_columns = 0;           ///< none for a row of [C D]
  double kappa = infinity;
  double target_norm2 = 0;  ///< |z|^2
};

}  // namespace simplicit
