#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/network/network.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

/// A trained network's forward pass as our own kernels run it: steps over tensors of planes, in which the
/// weighted operators are sparse.
namespace simplicit::kernels {

/// Sizes of one sample's tensor; features are channels of 1 x 1 planes. Entries lie channel after channel,
/// row after row.
struct PlaneShape {
  Index channels = 1;
  Index height = 1;
  Index width = 1;

  [[nodiscard]] Index entries() const { return channels * height * width; }
  friend bool operator==(const PlaneShape&, const PlaneShape&) = default;
};

/// A convolution, or on 1 x 1 planes a matrix product: y_c = bias_c + sum of W_(c, tap) x_tap. Tap
/// (i * window height + row) * window width + column stands for input channel i of the group of c.
struct SparseConvolution {
  Window window;
  Index groups = 1;
  SparseMatrix W;            ///< (out channels x taps), taps = in channels / groups * window area
  std::vector<double> bias;  ///< (out channels), or empty
};

/// factor_c x + shift_c.
struct ScaleChannels {
  std::vector<double> factor;  ///< (channels)
  std::vector<double> shift;   ///< (channels)
};

/// Two tensors, entry by entry. The second may have 1 x 1 planes: then each of its numbers serves a plane.
struct Combine {
  enum class Kind { sum, difference, product, quotient, maximum, minimum } kind = Kind::sum;
};

/// The largest entry of each window; what hangs over the border does not count.
struct MaxPool {
  Window window;
};

/// The mean of each window; what hangs over the border does not count, or counts as zero.
struct AveragePool {
  Window window;
  bool counts_padding = false;
};

/// Rows and columns of zeros around each plane; the pairs are (vertical, horizontal).
struct ZeroPad {
  std::array<Index, 2> before{0, 0};
  std::array<Index, 2> after{0, 0};
};

/// The same entries, in their order, under another shape.
struct Reshape {};

/// The channels of several tensors one after the other.
struct Concatenate {};

/// A function of each entry.
struct Pointwise {
  enum class Kind {
    relu,        ///< max(x, 0)
    leaky_relu,  ///< x, or a x where x <= 0
    clip,        ///< between a and b
    tanh,
    sigmoid,
    erf,
    exponential,
    square_root,
    hard_sigmoid,  ///< max(0, min(1, a x + b))
    hard_swish,    ///< x max(0, min(1, x / 6 + 1/2))
    elu,           ///< x, or a (exp(x) - 1) where x <= 0
    affine         ///< a x + b
  } kind = Kind::relu;
  double a = 0;
  double b = 0;
};

/// exp(x_c) over the sum of that over all channels, at every place of the plane; or the logarithm of it.
struct Softmax {
  bool logarithm = false;
};

using Operation = std::variant<SparseConvolution, ScaleChannels, Combine, MaxPool, AveragePool, ZeroPad,
                               Reshape, Concatenate, Pointwise, Softmax>;

struct Step {
  Operation operation;
  std::vector<std::size_t> inputs;  ///< tensors: two for Combine, any number for Concatenate, else one
  std::size_t output = 0;           ///< a tensor
};

/// Tensor 0 is the input. Every step comes after those whose outputs it reads.
struct Program {
  std::vector<PlaneShape> tensors;
  std::vector<Step> steps;
  std::size_t output = 0;  ///< a tensor
};

/// Throws std::invalid_argument, saying what does not fit, unless every step's tensors have the shapes that
/// its operation asks for.
void require_shapes(const Program& program);

/// Nonzero weights and biases of all convolutions.
[[nodiscard]] Index nonzeros(const Program& program);

}  // namespace simplicit::kernels
