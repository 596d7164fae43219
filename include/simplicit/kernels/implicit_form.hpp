#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/kernels/program.hpp>

namespace simplicit::kernels {

/// A program written out as x = phi(A x + B u), y = C x + D u: the weights of a convolution stand once for
/// every place. B and D have one more column, the last, for the constant 1.
struct ImplicitForm {
  SparseMatrix A;  ///< (n x n), strictly upper triangular: the states are those of the last step first
  SparseMatrix B;  ///< (n x p + 1)
  SparseMatrix C;  ///< (q x n)
  SparseMatrix D;  ///< (q x p + 1)
  Activation phi = Activation::relu;
};

/// How large it becomes.
struct ImplicitSize {
  Index states = 0;
  double nonzeros = 0;  ///< of all four, at most
};

/// One kind of phi serves a model. With ReLU all functions that are linear in pieces can be had, for example
/// max(a, b) = b + relu(a - b): they take states of their own. Throws std::invalid_argument, saying which
/// step is the reason, where a step is not to be expressed.
[[nodiscard]] ImplicitSize implicit_size(const Program& program);
[[nodiscard]] ImplicitForm implicit_form(const Program& program);

}  // namespace simplicit::kernels
