#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/network/network.hpp>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// An operator that multiplies by constant weights: a convolution (in one or two dimensions, with groups) or
/// a dense layer (Gemm, MatMul by a constant). A convolution applies one kernel at every position of its
/// planes, a dense layer one matrix at every position before the last axis.
struct WeightedOperator {
  std::string name;    ///< of its node; unique in the network
  std::string input;   ///< the tensor it reads
  std::string output;  ///< the tensor it writes
  bool dense = false;
  bool bias = false;
  Index channels = 0;     ///< it writes, the rows of its weights
  Index in_channels = 0;  ///< it reads
  Index groups = 1;
  Window window;                ///< 1 x 1 of a dense layer; 1 x k in one dimension
  Index height = 1, width = 1;  ///< of the planes it reads; 1 x positions of a dense layer
  Index out_height = 1, out_width = 1;

  /// Weights of one channel: (in_channels / groups, window height, window width), the last fastest.
  [[nodiscard]] Index taps() const { return in_channels / groups * window.size[0] * window.size[1]; }
  /// Places at which the weights are used in one sample. A sample's output is (channels x positions), the
  /// positions fastest, of a convolution, and (positions x channels) of a dense layer.
  [[nodiscard]] Index positions() const { return out_height * out_width; }
};

struct OperatorWeights {
  SparseMatrix W;  ///< (channels x taps), compressed, no explicit zeros
  Vector bias;     ///< (channels), or empty
};

/// What a ReLU (0 and up) or a Clip lets through: numbers below `low` become `low`, those above `high` become
/// `high`.
struct ClipRange {
  float low = 0;
  float high = std::numeric_limits<float>::infinity();
  bool operator==(const ClipRange&) const = default;
};

/// The weighted operators that feed one pre-activation through sums alone. An operator that feeds none so
/// (before a concatenation, say) is a layer of its own, with its own output as target.
struct Layer {
  std::string target;                  ///< the tensor: the sum, or the operator's own output
  std::vector<std::size_t> operators;  ///< places in LayeredNetwork::operators
  bool bias = false;                   ///< whether any of them adds a constant
  bool skips = false;                  ///< whether something else reaches the sum
  /// What becomes of the target where only nodes that clip it to this range read it.
  std::optional<ClipRange> clip;
  bool decides = false;  ///< whether the target is the network's output, or a softmax away from it
};

/// A trained network as its ONNX model has it, with its weighted operators found: constant nodes became
/// initializers, batch norms and constant factors and shifts per channel are folded into the operator before
/// them, nodes that the output does not need are left out. Everything else is as it was and is run by
/// OpenCV's dnn.
struct LayeredNetwork {
  std::string onnx;  ///< the model, serialised
  std::string input, output;
  Shape input_shape, output_shape;          ///< of one sample
  std::vector<WeightedOperator> operators;  ///< in the order of execution
  std::vector<OperatorWeights> weights;     ///< one for each operator
  std::vector<Layer> layers;                ///< a layer depends on earlier ones only
  /// Shapes of one sample of the tensors between the nodes, as far as OpenCV names them.
  std::map<std::string, Shape> shapes;
  bool softmax = false;  ///< the outputs are probabilities already
  bool batched = true;   ///< OpenCV runs several samples at a time

  [[nodiscard]] Index inputs() const { return entries_of(input_shape); }    ///< p
  [[nodiscard]] Index outputs() const { return entries_of(output_shape); }  ///< q
  /// Rows of a layer: the channels of its operators, which are the same.
  [[nodiscard]] Index channels(const Layer& layer) const { return operators[layer.operators[0]].channels; }
  [[nodiscard]] Index positions(const Layer& layer) const {
    return operators[layer.operators[0]].positions();
  }
  /// Taps of a row of the layer, those of its operators side by side, without the constant.
  [[nodiscard]] Index taps(const Layer& layer) const;
  /// What a row of the layer weighs: its taps, and the constant where there is one.
  [[nodiscard]] Index features(const Layer& layer) const { return taps(layer) + (layer.bias ? 1 : 0); }
  /// Weights and biases of all operators that are not zero.
  [[nodiscard]] Index nonzeros() const;
  /// Weights and biases of all operators, zeros included.
  [[nodiscard]] Index parameters() const;
  /// Numbers in all tensors of `shapes` together.
  [[nodiscard]] Index tensor_entries() const;
};

/// The network of an ONNX model with one float32 input and one output, samples along the first axis of both.
/// Throws InputError naming `path`, the node and the fault when it has no weighted operator or OpenCV cannot
/// run it.
[[nodiscard]] LayeredNetwork layered_network(const std::string& onnx, const std::string& path);

/// A multilayer perceptron as such a network, tensors "x", "z0", "x0", "z1", ...
[[nodiscard]] LayeredNetwork layered_network(const Mlp& mlp);

/// One dense layer from p inputs to q outputs, all weights 1; what a states file with U and Y alone is
/// trained as.
[[nodiscard]] LayeredNetwork linear_network(Index inputs, Index outputs, bool bias);

/// The bytes of the model with these weights, one for each operator, in float32; inputs, outputs and
/// everything else stay as they are.
[[nodiscard]] std::string onnx_with_weights(const LayeredNetwork& network,
                                            const std::vector<OperatorWeights>& weights);

/// Takes weights over; `onnx` holds them in float32.
void set_weights(LayeredNetwork& network, std::vector<OperatorWeights> weights);

/// W (rows x taps) as a sparse matrix without its zeros.
[[nodiscard]] SparseMatrix without_zeros(const Matrix& W);

/// The network with its biases and those of its weights that are largest by absolute value, `nonzeros`
/// numbers together where it has as many: pruning in one shot, for comparison. Among equals the earlier
/// operators' stay.
[[nodiscard]] LayeredNetwork pruned_by_magnitude(const LayeredNetwork& network, Index nonzeros);

}  // namespace simplicit
