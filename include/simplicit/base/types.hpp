#pragma once

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include <cstddef>
#include <cstdint>

// The symbols used everywhere, with their shapes.
//
//   n  states (all hidden units)      p  inputs      q  outputs      m  samples
//   d  features of a row problem: n + p, plus one when the baseline has biases
//   U (p x m) inputs, Z (n x m) pre-activations, X = phi(Z) (n x m) activations, Y (q x m) outputs
//   Phi = [X^T U^T 1] (m x d), G = Phi^T Phi (d x d), R = Phi^T [Z^T Y^T] (d x (n + q))
//   A (n x n), B (n x p (+1)), C (q x n), D (q x p (+1)); a row of [A B; C D] is w (d)
//   lambda  penalty weight, kappa  bound on the infinity norm of A, nu  multiplier of that bound

namespace simplicit {

using Index = std::ptrdiff_t;

/// Column-major double matrix; samples are columns unless a comment says otherwise.
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// Sparse matrix by rows (CSR), the form of A, B, C, D in memory and on disk.
using SparseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

/// The type of the numbers stored in a file or a window.
enum class Precision { float32, float64 };

[[nodiscard]] constexpr std::size_t bytes_of(Precision precision) {
  return precision == Precision::float32 ? sizeof(float) : sizeof(double);
}

}  // namespace simplicit
