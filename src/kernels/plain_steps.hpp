#pragma once

#include "kernels/convolution_kernel.hpp"

#include <vector>

namespace simplicit::kernels {

/// A tensor in memory; every entry stands for pitch.column numbers, one per sample.
template <class T>
struct Tensor {
  T* at = nullptr;  ///< entry (0, 0, 0)
  PlaneShape shape;
  Pitch pitch;
};

// The steps without weights, one sample in each of the numbers of an entry. Every result is computed from
// entries of its own sample alone, in a fixed order.

template <class T>
void scale_channels(const Tensor<T>& in, const std::vector<T>& factor, const std::vector<T>& shift,
                    const Tensor<T>& out);
/// `second` with planes of one place serves every place of a plane, unless the first has the same shape.
template <class T>
void combine(Combine::Kind kind, const Tensor<T>& first, const Tensor<T>& second, const Tensor<T>& out);
template <class T>
void max_pool(const Tensor<T>& in, const Window& window, const Tensor<T>& out);
template <class T>
void average_pool(const Tensor<T>& in, const Window& window, bool counts_padding, const Tensor<T>& out);
/// Entry (c, y, x) of `in` becomes entry (c + first_channel, y + down, x + right) of `out`.
template <class T>
void place(const Tensor<T>& in, Index first_channel, Index down, Index right, const Tensor<T>& out);
template <class T>
void reshape(const Tensor<T>& in, const Tensor<T>& out);
template <class T>
void apply(const Pointwise& function, const Tensor<T>& in, const Tensor<T>& out);
template <class T>
void softmax(const Tensor<T>& in, bool logarithm, const Tensor<T>& out);

/// f(x) as `apply` computes it.
template <class T>
[[nodiscard]] T value_of(const Pointwise& function, T x);

}  // namespace simplicit::kernels
