#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/kernels/program.hpp>

#include <string>

namespace simplicit::kernels {

/// Throws std::invalid_argument "step <step> <what>".
[[noreturn]] void refuse(std::size_t step, const std::string& what);

/// The function that all steps which are not linear have in common: tanh, sigmoid, leaky ReLU, or ReLU, which
/// serves all that are linear in pieces. Throws std::invalid_argument where there is none.
[[nodiscard]] Activation common_function(const Program& program);

}  // namespace simplicit::kernels
