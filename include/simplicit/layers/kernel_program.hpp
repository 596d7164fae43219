#pragma once

#include <simplicit/kernels/program.hpp>
#include <simplicit/layers/layered_network.hpp>

#include <optional>

namespace simplicit {

/// The network as steps of our own kernels, with the operators' sparse weights; nothing where its output
/// depends on an operator, or a form of one, that they do not have.
[[nodiscard]] std::optional<kernels::Program> kernel_program(const LayeredNetwork& network);

}  // namespace simplicit
