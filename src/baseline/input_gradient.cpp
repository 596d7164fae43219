#include "baseline/gemm.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/input_gradient.hpp>

#include <string>
#include <utility>

namespace simplicit {

Matrix input_gradient(const Mlp& mlp, const ForwardPass& pass, const Matrix& by_outputs) {
  SIMPLICIT_ASSERT(by_outputs.rows() == mlp.outputs() && by_outputs.cols() == pass.Y.cols(),
                   std::to_string(by_outputs.rows()) + " x " + std::to_string(by_outputs.cols()));
  Matrix error = by_outputs;
  Matrix error_below;
  for (std::size_t k = mlp.weights.size(); k-- > 0;) {
    gemm(Transposed::yes, Transposed::no, mlp.weights[k], error, error_below);
    if (k > 0) {
      error_below = error_below.binaryExpr(pass.Z[k - 1], [activation = mlp.activation](double e, double z) {
        return e * derivative(activation, z);
      });
    }
    std::swap(error, error_below);
  }
  return error;
}

}  // namespace simplicit
