#pragma once

#include "kernels/plain_steps.hpp"

namespace simplicit::kernels {

/// The planes that a strided convolution reads, taken apart so that neighbouring places read neighbouring
/// entries: plane (phase, channel) holds the entries (stride y + phase) of the input's plane, with zeros
/// around.
struct StridedPlanes {
  StridedPlanes(const Window& window, const PlaneShape& input, const PlaneShape& output);

  [[nodiscard]] Index size() const { return window.stride[0] * window.stride[1] * channels * height * width; }
  /// Where the place (0, 0) of the output finds this tap of an input channel.
  [[nodiscard]] Index offset(Index channel, Index row_tap, Index column_tap) const;
  /// Fills planes whose other entries are zero.
  template <class T>
  void gather(const Tensor<T>& in, T* planes) const;

  Window window;
  Index channels, height, width;  ///< of the planes of a phase
  Index top, left;                ///< of their entry (0, 0), in strides
};

}  // namespace simplicit::kernels
