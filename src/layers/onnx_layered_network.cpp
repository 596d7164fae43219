#include "layers/onnx_layers.hpp"
#include "layers/onnx_model.hpp"
#include "layers/onnx_operators.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_attributes.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace simplicit {
namespace {

/// Every axis but that of the samples must have a length; it may be left open.
Shape declared_input_shape(onnx::ModelProto& model, const std::string& path) {
  const onnx::ValueInfoProto& input = input_of(model);
  const std::string title = path + ": input '" + input.name() + "' ";
  const auto& type = input.type().tensor_type();
  if (!input.type().has_tensor_type() || type.elem_type() != onnx::TensorProto::FLOAT) {
    throw InputError(title + "is not a float32 tensor");
  }
  const auto& axes = type.shape().dim();
  if (axes.size() < 2 || axes.size() > 5) {
    throw InputError(fmt::format("{}has {} axes, (samples, ...) are expected", title, axes.size()));
  }
  Shape shape;
  Index entries = 1;
  for (int axis = 1; axis < axes.size(); ++axis) {
    const std::int64_t length = axes[axis].has_dim_value() ? axes[axis].dim_value() : 0;
    if (length < 1) {
      throw InputError(
          fmt::format("{}leaves the length of axis {} open; export with a fixed input size", title, axis));
    }
    if (length > (Index{1} << 26) / entries) throw InputError(title + "is larger than any network here");
    entries *= length;
    shape.push_back(length);
  }
  return shape;
}

bool ends_in_softmax(const onnx::ModelProto& model) {
  for (const onnx::NodeProto& node : model.graph().node()) {
    if (node.output_size() > 0 && node.output(0) == output_of(model)) return node.op_type() == "Softmax";
  }
  return false;
}

/// Whether two samples together have the tensors that one has, those of all operators among them.
bool is_batched(const onnx::ModelProto& model, const std::map<std::string, Shape>& one,
                const std::map<std::string, Shape>& two) {
  const bool alike = std::all_of(two.begin(), two.end(), [&](const auto& tensor) {
    const auto of_one = one.find(tensor.first);
    return of_one != one.end() && of_one->second == tensor.second;
  });
  if (!alike || !two.contains(output_of(model))) return false;
  return std::none_of(model.graph().node().begin(), model.graph().node().end(), [&](const auto& node) {
    const bool weighted = node.op_type() == "Conv" || node.op_type() == "Gemm" || node.op_type() == "MatMul";
    return weighted && one.contains(node.output(0)) && !two.contains(node.output(0));
  });
}

/// Shapes when two samples are run together, where the network allows that; of one sample otherwise. `tried`:
/// it is run, on two samples or else on one.
std::map<std::string, Shape> best_shapes(const onnx::ModelProto& model, const std::string& path, bool tried,
                                         bool& batched) {
  std::map<std::string, Shape> one = tensor_shapes(model, 1, path, false);
  try {
    std::map<std::string, Shape> two = tensor_shapes(model, 2, path, tried);
    batched = is_batched(model, one, two);
    if (batched) return two;
  } catch (const InputError&) {
    batched = false;
  }
  return tried ? tensor_shapes(model, 1, path, true) : one;
}

void require_known(const LayeredNetwork& network, const std::string& tensor, const std::string& path) {
  if (network.shapes.contains(tensor)) return;
  throw InputError(path + ": OpenCV does not show the tensor '" + tensor + "'");
}

void declare(onnx::ValueInfoProto& value, const std::string& name, Index length) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("samples");
  type.mutable_shape()->add_dim()->set_dim_value(length);
}

/// A model that reads features "x" and does nothing with them yet.
onnx::ModelProto begun_model(Index inputs) {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(11);
  model.mutable_graph()->set_name("network");
  declare(*model.mutable_graph()->add_input(), "x", inputs);
  return model;
}

/// y = W x (+ b); W (out x in), b empty for none.
void add_dense(onnx::GraphProto& graph, const std::string& number, const std::string& input,
               const std::string& output, const Matrix& W, const Vector& b) {
  onnx::NodeProto& node = *graph.add_node();
  node.set_name("layer" + number);
  node.set_op_type(b.size() > 0 ? "Gemm" : "MatMul");
  node.add_input(input);
  node.add_input("W" + number);
  node.add_output(output);
  const auto floats = [](const double* values, Index count) {
    std::vector<float> numbers;
    for (Index i = 0; i < count; ++i) numbers.push_back(static_cast<float>(values[i]));
    return numbers;
  };
  // Column after column W is its transpose row after row.
  *graph.add_initializer() = float_tensor("W" + number, {W.cols(), W.rows()}, floats(W.data(), W.size()));
  if (b.size() == 0) return;
  node.add_input("b" + number);
  *graph.add_initializer() = float_tensor("b" + number, {b.size()}, floats(b.data(), b.size()));
}

}  // namespace

namespace {

LayeredNetwork as_it_stands(const std::string& onnx, const std::string& path) {
  onnx::ModelProto model = parse_model(onnx, path);
  simplify(model, path);
  LayeredNetwork network;
  network.input_shape = declared_input_shape(model, path);
  require_sound_windows(model, path);
  network.input = input_of(model).name();
  network.output = output_of(model);
  std::vector<FoundOperator> found =
      take_operators(model, best_shapes(model, path, false, network.batched), path);
  if (found.empty()) {
    throw InputError(
        path +
        ": has no weighted operator (Conv, Gemm, or MatMul by a constant), so there is nothing to train");
  }
  for (FoundOperator& op : found) {
    network.operators.push_back(op.geometry);
    network.weights.push_back({without_zeros(op.W), op.bias});
    put_weights(model, op.geometry, network.weights.back());
  }
  simplify(model, path);  // constants that were folded are needed no more
  network.shapes = best_shapes(model, path, true, network.batched);
  require_known(network, network.output, path);
  for (const WeightedOperator& op : network.operators) {
    require_known(network, op.input, path);
    require_known(network, op.output, path);
  }
  network.output_shape = network.shapes.at(network.output);
  network.layers = find_layers(model, network, path);
  network.softmax = ends_in_softmax(model);
  network.onnx = model.SerializeAsString();
  return network;
}

}  // namespace

LayeredNetwork layered_network(const std::string& onnx, const std::string& path) {
  try {
    return as_it_stands(onnx, path);
  } catch (const InputError& fault) {
    // Of what OpenCV does not read as it stands much is read when it is written plainly.
    const std::string message = fault.what();
    const bool by_opencv = message.find("OpenCV") != std::string::npos;
    std::optional<Network> network;
    try {
      network = parse_onnx(onnx, path);
    } catch (const InputError&) {
      if (by_opencv) throw;  // it says more, in our words
    }
    if (!network) throw;
    return as_it_stands(plain_onnx(*network), path);
  }
}

LayeredNetwork layered_network(const Mlp& mlp) {
  onnx::ModelProto model = begun_model(mlp.inputs());
  onnx::GraphProto& graph = *model.mutable_graph();
  std::string input = "x";
  for (std::size_t k = 0; k < mlp.weights.size(); ++k) {
    const std::string number = std::to_string(k);
    const bool last = k + 1 == mlp.weights.size();
    const std::string output = last ? "y" : "z" + number;
    add_dense(graph, number, input, output, mlp.weights[k], mlp.bias() ? mlp.biases[k] : Vector());
    if (last) break;
    input = "x" + number;
    onnx::NodeProto& phi = *graph.add_node();
    phi.add_input(output);
    phi.add_output(input);
    set_activation(phi, mlp.activation);
  }
  declare(*graph.add_output(), "y", mlp.outputs());
  return layered_network(model.SerializeAsString(), "the baseline");
}

LayeredNetwork linear_network(Index inputs, Index outputs, bool bias) {
  onnx::ModelProto model = begun_model(inputs);
  onnx::GraphProto& graph = *model.mutable_graph();
  add_dense(graph, "0", "x", "y", Matrix::Ones(outputs, inputs),
            bias ? Vector(Vector::Ones(outputs)) : Vector());
  declare(*graph.add_output(), "y", outputs);
  return layered_network(model.SerializeAsString(), "the layer");
}

std::string onnx_with_weights(const LayeredNetwork& network, const std::vector<OperatorWeights>& weights) {
  SIMPLICIT_ASSERT(weights.size() == network.operators.size(), std::to_string(weights.size()));
  onnx::ModelProto model = parse_model(network.onnx, "the network");
  for (std::size_t i = 0; i < weights.size(); ++i) put_weights(model, network.operators[i], weights[i]);
  return model.SerializeAsString();
}

void set_weights(LayeredNetwork& network, std::vector<OperatorWeights> weights) {
  network.onnx = onnx_with_weights(network, weights);
  network.weights = std::move(weights);
}

}  // namespace simplicit
