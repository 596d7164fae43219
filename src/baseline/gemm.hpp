#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

/// Column-major dense matrix of float or double.
template <class Scalar>
using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// Whether a factor of a product enters as it stands or transposed.
enum class Transposed { no, yes };

/// C = op(A) op(B) by BLAS; C is resized. The shapes must fit.
void gemm(Transposed a, Transposed b, const Dense<double>& A, const Dense<double>& B, Dense<double>& C);
void gemm(Transposed a, Transposed b, const Dense<float>& A, const Dense<float>& B, Dense<float>& C);

}  // namespace simplicit
