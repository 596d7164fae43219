#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <random>

namespace simplicit::test {

struct RandomModelShape {
  Index states = 12;
  Index inputs = 7;
  Index outputs = 4;
  bool bias = false;
  Activation activation = Activation::relu;
  double norm = 0.9;     ///< infinity norm of A
  double density = 0.5;  ///< part of nonzeros of every matrix
};

/// Standard normal entries, each there with this probability.
[[nodiscard]] SparseMatrix random_sparse(Index rows, Index cols, double density, std::mt19937_64& engine);

/// Every row that is not empty gets this sum of absolute entries.
void scale_rows_to(SparseMatrix& matrix, double norm);

[[nodiscard]] ImplicitModel random_model(const RandomModelShape& shape, unsigned seed);

/// The slow, obvious equilibria: Picard iteration sample by sample and entry by entry until nothing moves.
[[nodiscard]] Matrix reference_equilibria(const ImplicitModel& model, const Matrix& U, int iterations = 3000);

[[nodiscard]] Matrix reference_outputs(const ImplicitModel& model, const Matrix& X, const Matrix& U);

}  // namespace simplicit::test
