#pragma once

#include <simplicit/kernels/sparse_forward.hpp>

#include <cstddef>
#include <cstdint>

namespace simplicit::kernels {

/// Entries between neighbours.
struct Pitch {
  Index channel = 0;
  Index row = 0;
  Index column = 0;
};

/// What is done to a finished sum: plus an entry of another tensor, then a function.
template <class T>
struct Finish {
  enum class Kind { none, relu, leaky_relu, clip } kind = Kind::none;
  T a = 0;
  T b = 0;
  const T* addend = nullptr;  ///< at output (0, 0, 0), or null
  Pitch addend_pitch;
};

/// One sparse convolution over tensors in memory: for every output channel c and place (y, x)
///     out(c, y, x) = finish(bias_c + sum_k weights_k in[y in_step.row + x in_step.column + offsets_k])
/// over the nonzeros k from row_starts[c] to row_starts[c + 1] in this order.
template <class T>
struct ConvolutionJob {
  Index channels = 0, height = 0, width = 0;  ///< of the output
  const std::int32_t* row_starts = nullptr;   ///< (channels + 1)
  const std::int32_t* offsets = nullptr;      ///< (nonzeros), in entries
  const T* weights = nullptr;                 ///< (nonzeros)
  const T* bias = nullptr;                    ///< (channels)
  const T* in = nullptr;                      ///< entry (0, 0) of the first channel of the input
  Pitch in_step;                              ///< from one output place to the next; channel is not used
  T* out = nullptr;                           ///< output (0, 0, 0)
  Pitch out_pitch;
  Finish<T> finish;
};

/// Two ways of running a job, on vectors of `lanes` numbers. `together`: every entry stands for `lanes`
/// numbers, one per sample, and steps and offsets count numbers. `single`: one sample with in_step.column =
/// 1; the places of a plane are run through as one line of in_step.row numbers per row, so that up to
/// max_lanes numbers behind the last that counts are read; `line` has room for line_room(job) numbers.
template <class T>
struct ConvolutionKernel {
  void (*together)(const ConvolutionJob<T>& job) = nullptr;
  void (*single)(const ConvolutionJob<T>& job, T* line) = nullptr;
  Index lanes = 0;
};

/// Of any kernel.
inline constexpr Index max_lanes = 16;

template <class T>
[[nodiscard]] ConvolutionKernel<T> convolution_kernel(Instructions instructions);

template <class T>
[[nodiscard]] Index line_room(const ConvolutionJob<T>& job) {
  return (job.height - 1) * job.in_step.row + job.width + max_lanes;
}

}  // namespace simplicit::kernels
