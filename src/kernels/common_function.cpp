#include "kernels/common_function.hpp"

#include <cmath>
#include <optional>
#include <stdexcept>

namespace simplicit::kernels {
namespace {

bool is_linear(const Operation& operation) {
  if (const auto* combine = std::get_if<Combine>(&operation)) {
    return combine->kind == Combine::Kind::sum || combine->kind == Combine::Kind::difference;
  }
  if (const auto* function = std::get_if<Pointwise>(&operation))
    return function->kind == Pointwise::Kind::affine;
  return !std::holds_alternative<MaxPool>(operation) && !std::holds_alternative<Softmax>(operation);
}

}  // namespace

void refuse(std::size_t step, const std::string& what) {
  throw std::invalid_argument("step " + std::to_string(step) + " " + what);
}

Activation common_function(const Program& program) {
  std::optional<Activation> common;
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    if (is_linear(program.steps[i].operation)) continue;
    Activation wanted = Activation::relu;
    if (const auto* function = std::get_if<Pointwise>(&program.steps[i].operation)) {
      if (function->kind == Pointwise::Kind::tanh) wanted = Activation::tanh;
      if (function->kind == Pointwise::Kind::sigmoid) wanted = Activation::sigmoid;
      if (function->kind == Pointwise::Kind::leaky_relu && std::abs(function->a) <= 1)
        wanted = std::abs(function->a - leaky_relu_slope) < 1e-7 ? Activation::leaky_relu
                                                                 : Activation::leaky(function->a);
    }
    const auto by_relu = [](Activation phi) {
      return phi == Activation::relu || phi.kind == Activation::Kind::leaky_relu;
    };
    if (common && wanted != *common) {
      if (!by_relu(wanted) || !by_relu(*common)) {
        refuse(i, "asks for " + name_of(wanted) + " where others need " + name_of(*common) +
                      ": a model has one function");
      }
      wanted = Activation::relu;
    }
    common = wanted;
  }
  return common.value_or(Activation::relu);
}

}  // namespace simplicit::kernels
