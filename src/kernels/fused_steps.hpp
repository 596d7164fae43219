#pragma once

#include <simplicit/kernels/program.hpp>

#include <optional>
#include <vector>

namespace simplicit::kernels {

/// A step with what is done to its result at once: a convolution may add another tensor to its sums and apply
/// a function before it writes them.
struct FusedStep {
  const Step* step = nullptr;
  std::optional<std::size_t> addend;  ///< a tensor
  std::optional<Pointwise> function;
  std::size_t output = 0;  ///< the tensor that is written
};

/// The program's steps, where sums and functions that follow a convolution alone are part of it. What is
/// computed does not change, not even its last bit.
[[nodiscard]] std::vector<FusedStep> fused_steps(const Program& program);

/// The tensors that a step reads.
[[nodiscard]] std::vector<std::size_t> read_by(const FusedStep& fused);

}  // namespace simplicit::kernels
