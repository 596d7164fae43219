#include "kernels/strided_planes.hpp"

namespace simplicit::kernels {
namespace {

Index floor_quotient(Index a, Index b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/// Places along an axis: those of the output, and what the taps add.
Index extent(const Window& window, std::size_t axis, Index places, Index first) {
  const Index last_tap = (window.size[axis] - 1) * window.dilation[axis] - window.before[axis];
  return places + floor_quotient(last_tap, window.stride[axis]) - first;
}

}  // namespace

StridedPlanes::StridedPlanes(const Window& sliding, const PlaneShape& input, const PlaneShape& output)
    : window(sliding),
      channels(input.channels),
      height(0),
      width(0),
      top(floor_quotient(-sliding.before[0], sliding.stride[0])),
      left(floor_quotient(-sliding.before[1], sliding.stride[1])) {
  height = extent(window, 0, output.height, top);
  width = extent(window, 1, output.width, left);
}

Index StridedPlanes::offset(Index channel, Index row_tap, Index column_tap) const {
  const Index y = row_tap * window.dilation[0] - window.before[0];
  const Index x = column_tap * window.dilation[1] - window.before[1];
  const Index row = floor_quotient(y, window.stride[0]);
  const Index column = floor_quotient(x, window.stride[1]);
  const Index phase = (y - row * window.stride[0]) * window.stride[1] + x - column * window.stride[1];
  return ((phase * channels + channel) * height + row - top) * width + column - left;
}

template <class T>
void StridedPlanes::gather(const Tensor<T>& in, T* planes) const {
  for (Index phase_y = 0; phase_y < window.stride[0]; ++phase_y) {
    for (Index phase_x = 0; phase_x < window.stride[1]; ++phase_x) {
      for (Index channel = 0; channel < channels; ++channel) {
        for (Index i = 0; i < height; ++i, planes += width) {
          const Index y = (top + i) * window.stride[0] + phase_y;
          if (y < 0 || y >= in.shape.height) continue;
          const T* const row = in.at + channel * in.pitch.channel + y * in.pitch.row;
          for (Index j = 0; j < width; ++j) {
            const Index x = (left + j) * window.stride[1] + phase_x;
            if (x >= 0 && x < in.shape.width) planes[j] = row[x];
          }
        }
      }
    }
  }
}

template void StridedPlanes::gather(const Tensor<float>&, float*) const;
template void StridedPlanes::gather(const Tensor<double>&, double*) const;

}  // namespace simplicit::kernels
