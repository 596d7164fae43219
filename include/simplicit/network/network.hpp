#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/base/types.hpp>

#include <Eigen/SparseCore>

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace simplicit {

/// Sizes of one sample's tensor, without the axis of the batch: (features) or (channels, height, width). Its
/// entries lie in one piece, the last axis fastest.
using Shape = std::vector<Index>;

[[nodiscard]] Index entries_of(const Shape& shape);
/// "(8, 14, 14)"
[[nodiscard]] std::string shape_text(const Shape& shape);

/// How a window slides over a plane; the pairs are (vertical, horizontal).
struct Window {
  std::array<Index, 2> size{1, 1};
  std::array<Index, 2> stride{1, 1};
  std::array<Index, 2> dilation{1, 1};
  std::array<Index, 2> before{0, 0};  ///< rows above and columns left of the plane that count as zero
  std::array<Index, 2> after{0, 0};   ///< below and right of it
};

struct Convolution {
  Window window;
  Index groups = 1;
  std::vector<float> weights;  ///< (out channels, in channels / groups, window height, window width)
  std::vector<float> bias;     ///< (out channels), or empty
};

struct Dense {
  std::vector<float> weights;  ///< (out, in)
  std::vector<float> bias;     ///< (out), or empty
};

/// factor * x + shift, one of each a channel: a batch norm as it is at inference.
struct ChannelScale {
  std::vector<float> factor;  ///< empty means ones
  std::vector<float> shift;   ///< empty means none
};

/// The sum of two tensors of one shape.
struct Sum {};

struct AveragePool {
  Window window;
  bool counts_padding = false;  ///< divides by the window's whole area at the border too
};

/// Rows and columns of zeros around each plane; the pairs are (vertical, horizontal).
struct ZeroPad {
  std::array<Index, 2> before{0, 0};
  std::array<Index, 2> after{0, 0};
};

/// The same entries under another shape.
struct Reshape {};

/// Any other affine map, of one tensor or several: the sum of W_k x_k over them, plus the shift.
struct SparseMap {
  using Weights = Eigen::SparseMatrix<float, Eigen::RowMajor, std::int32_t>;
  std::vector<Weights> weights;  ///< of each input, (entries of the output x entries of the input)
  std::vector<float> shift;      ///< (entries of the output), or empty
  Index parameters = 0;          ///< the operator's own constants that multiply
  Index biases = 0;              ///< and those that are added
};

/// phi, entry by entry.
struct Activate {};

using Operation =
    std::variant<Convolution, Dense, ChannelScale, Sum, AveragePool, ZeroPad, Reshape, SparseMap, Activate>;

struct Node {
  std::string name;  ///< for messages
  Operation operation;
  std::vector<std::size_t> inputs;  ///< tensors; two for Sum, any count for SparseMap, one for all others
  std::size_t output = 0;           ///< a tensor
};

/// A trained network as a graph: everything between two activations is affine, so it is exactly an implicit
/// model whose states are the outputs of its activations.
struct Network {
  std::vector<Shape> tensors;
  std::vector<Node> nodes;  ///< each after those whose outputs it reads; all of them reach the output
  std::size_t input = 0;    ///< a tensor
  std::size_t output = 0;   ///< a tensor
  Activation activation = Activation::relu;
  /// What the file computes after the output and an implicit model leaves off, as messages name it ("node 'p'
  /// (Softmax)"), or empty: it changes no decision.
  std::string left_off;
  /// Outputs of the file that are not read.
  std::vector<std::string> other_outputs;

  [[nodiscard]] const Shape& input_shape() const { return tensors[input]; }
  [[nodiscard]] Index inputs() const { return entries_of(tensors[input]); }    ///< p
  [[nodiscard]] Index outputs() const { return entries_of(tensors[output]); }  ///< q
};

/// The nodes that are activations, in the order of the network: its layers.
[[nodiscard]] std::vector<const Node*> activation_nodes(const Network& network);
/// The sizes of the layers, first layer first.
[[nodiscard]] std::vector<Index> layer_units(const Network& network);
/// Weights and biases together, as the operations hold them.
[[nodiscard]] Index parameter_count(const Network& network);
/// Whether a constant is added anywhere.
[[nodiscard]] bool has_bias(const Network& network);
/// Entries of all tensors of one sample together.
[[nodiscard]] Index tensor_entries(const Network& network);

/// Leaves out nodes and tensors that the output does not depend on; the input stays.
[[nodiscard]] Network without_dead_ends(Network network);

}  // namespace simplicit
