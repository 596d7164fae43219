#include "baseline/gemm.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>

namespace simplicit {
namespace {

std::string shape_text(Index rows, Index cols) {
  return fmt::format("({} x {})", rows, cols);
}

}  // namespace

Index Mlp::states() const {
  Index count = 0;
  for (std::size_t layer = 0; layer < hidden_layers(); ++layer) count += weights[layer].rows();
  return count;
}

Index Mlp::parameter_count() const {
  Index count = 0;
  for (const Matrix& W : weights) count += W.size();
  for (const Vector& b : biases) count += b.size();
  return count;
}

std::string fault_of(const Mlp& mlp) {
  if (mlp.weights.size() < 2) return "has no hidden layer: W0 and W1 at least are needed";
  if (mlp.bias() && mlp.biases.size() != mlp.weights.size()) {
    return "has " + std::to_string(mlp.biases.size()) + " biases for " + std::to_string(mlp.weights.size()) +
           " layers";
  }
  for (std::size_t k = 0; k < mlp.weights.size(); ++k) {
    const Matrix& W = mlp.weights[k];
    const std::string number = std::to_string(k);
    if (W.size() == 0) return "has an empty W" + number + " " + shape_text(W.rows(), W.cols());
    if (k > 0 && W.cols() != mlp.weights[k - 1].rows()) {
      return "has W" + number + " of shape " + shape_text(W.rows(), W.cols()) + " after a layer of " +
             std::to_string(mlp.weights[k - 1].rows()) + " units";
    }
    if (!W.allFinite()) return "has a number in W" + number + " that is not finite";
    if (!mlp.bias()) continue;
    const Vector& b = mlp.biases[k];
    if (b.size() != W.rows()) {
      return "has b" + number + " of length " + std::to_string(b.size()) + " for a layer of " +
             std::to_string(W.rows()) + " units";
    }
    if (!b.allFinite()) return "has a number in b" + number + " that is not finite";
  }
  return "";
}

ForwardPass forward(const Mlp& mlp, const Matrix& U) {
  SIMPLICIT_ASSERT(U.rows() == mlp.inputs(),
                   std::to_string(U.rows()) + " != " + std::to_string(mlp.inputs()));
  ForwardPass pass;
  const Matrix* layer_input = &U;
  // A vector that grew would move the matrix layer_input points to.
  pass.X.reserve(mlp.hidden_layers());
  for (std::size_t k = 0; k < mlp.weights.size(); ++k) {
    Matrix z;
    gemm(Transposed::no, Transposed::no, mlp.weights[k], *layer_input, z);
    if (mlp.bias()) z.colwise() += mlp.biases[k];
    if (k == mlp.hidden_layers()) {
      pass.Y = std::move(z);
      break;
    }
    pass.X.push_back(z);
    apply_in_place(mlp.activation, pass.X.back());
    pass.Z.push_back(std::move(z));
    layer_input = &pass.X.back();
  }
  return pass;
}

std::vector<int> predictions(const Matrix& Y) {
  std::vector<int> classes(static_cast<std::size_t>(Y.cols()));
  for (Index j = 0; j < Y.cols(); ++j) {
    Index largest = 0;
    for (Index i = 1; i < Y.rows(); ++i) {
      if (Y(i, j) > Y(largest, j)) largest = i;
    }
    classes[static_cast<std::size_t>(j)] = static_cast<int>(largest);
  }
  return classes;
}

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
