#pragma once

#include "kernels/placement.hpp"
#include "kernels/plain_steps.hpp"

#include <Eigen/Core>

#include <functional>
#include <memory>
#include <vector>

namespace simplicit::kernels {

/// Samples side by side where planes have one place: as many as the kernels sum at once.
inline constexpr Index places_at_once = 8;

/// A program made ready for one way of lying in memory: its tensors have places and its steps are calls.
template <class T>
class CompiledForm {
 public:
  /// With `together` every entry stands for kernel.lanes samples, else for one.
  CompiledForm(const Program& program, const ConvolutionKernel<T>& kernel, bool together);
  CompiledForm(const CompiledForm&) = delete;
  CompiledForm& operator=(const CompiledForm&) = delete;

  /// Samples of one run.
  [[nodiscard]] Index block() const { return together_ * repeats_; }
  /// U is (p x samples) with 1 <= samples <= block(), Y becomes (q x samples).
  void run(const T* U, Index samples, T* Y);

 private:
  using Memory = std::vector<T, Eigen::aligned_allocator<T>>;
  /// What the kernel reads of a convolution; the calls point into it.
  struct Weights {
    std::vector<std::int32_t> row_starts, offsets;
    std::vector<T> weights, bias;
  };

  [[nodiscard]] Tensor<T> tensor(std::size_t index);
  void add(const FusedStep& fused);
  void add_convolution(const FusedStep& fused, const SparseConvolution& layer);
  template <class Offset>
  ConvolutionJob<T> job_of(const FusedStep& fused, const SparseConvolution& layer, const Offset& offset);

  Index together_;
  Index repeats_;
  ConvolutionKernel<T> kernel_;
  Memory memory_;  ///< all slots, zero between their entries
  std::vector<T*> slots_;
  SlotPlan plan_;
  const Program* program_;  ///< while compiling
  std::vector<std::unique_ptr<Weights>> weights_;
  std::vector<std::unique_ptr<Memory>> gathered_;  ///< planes of strided convolutions
  Memory line_;
  std::vector<std::function<void()>> calls_;
  Tensor<T> input_, output_;
};

/// Numbers that a form holds in its tensors.
[[nodiscard]] Index tensor_numbers(const Program& program, Index together);

/// Work of one run of each form, in operations on vectors, about.
[[nodiscard]] double cost_together(const Program& program);
[[nodiscard]] double cost_single(const Program& program, Index lanes);

}  // namespace simplicit::kernels
