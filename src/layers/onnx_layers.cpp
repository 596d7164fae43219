#include "layers/onnx_layers.hpp"

#include "layers/onnx_model.hpp"

#include <algorithm>
#include <set>

namespace simplicit {
namespace {

/// Follows sums from the operators' outputs to where they end.
class LayerFinder {
 public:
  LayerFinder(const onnx::ModelProto& model, const LayeredNetwork& network, const std::string& path)
      : model_(model),
        network_(network),
        path_(path),
        readers_(readers_of(model)),
        constants_(initializers_of(model)) {
    for (int i = 0; i < model.graph().node_size(); ++i) {
      for (const std::string& name : model.graph().node(i).output()) writers_[name] = i;
    }
  }

  std::vector<Layer> run() {
    std::map<int, Layer> by_writer;  // in the order of the nodes
    for (std::size_t i = 0; i < network_.operators.size(); ++i) {
      const std::string target = end_of_sums(network_.operators[i].output);
      Layer& layer = by_writer[writers_.at(target)];
      layer.target = target;
      layer.operators.push_back(i);
      layer.bias = layer.bias || network_.operators[i].bias;
    }
    std::vector<Layer> layers;
    for (auto& [writer, layer] : by_writer) {
      std::set<std::string> own;
      for (const std::size_t i : layer.operators) own.insert(network_.operators[i].output);
      layer.skips = has_other_terms(layer.target, own);
      layer.clip = clip_of(layer.target);
      layer.decides = layer.target == network_.output || softmax_to_output(layer.target);
      layers.push_back(std::move(layer));
    }
    return layers;
  }

 private:
  [[nodiscard]] bool is_sum(const onnx::NodeProto& node) const {
    if (node.op_type() != "Add" && node.op_type() != "Sum") return false;
    const auto to = network_.shapes.find(node.output(0));
    if (to == network_.shapes.end()) return false;
    return std::all_of(node.input().begin(), node.input().end(), [&](const std::string& name) {
      const auto from = network_.shapes.find(name);
      return !constants_.contains(name) && from != network_.shapes.end() && from->second == to->second;
    });
  }

  /// Whether nodes of these types read the tensor, and nothing else, the network's output included.
  [[nodiscard]] bool read_by_alone(const std::string& tensor, const std::set<std::string>& types) const {
    const auto readers = readers_.find(tensor);
    return readers != readers_.end() && std::ranges::all_of(readers->second, [&](int node) {
             return node >= 0 && types.contains(model_.graph().node(node).op_type());
           });
  }

  /// The range to which all readers of the tensor clip it, where they do.
  [[nodiscard]] std::optional<ClipRange> clip_of(const std::string& tensor) const {
    if (!read_by_alone(tensor, {"Relu", "Clip"})) return {};
    std::optional<ClipRange> common;
    for (const int node : readers_.at(tensor)) {
      const std::optional<ClipRange> range = clip_range(model_.graph().node(node), constants_, path_);
      if (!range || (common && *common != *range)) return {};
      common = range;
    }
    return common;
  }

  [[nodiscard]] bool softmax_to_output(const std::string& tensor) const {
    return read_by_alone(tensor, {"Softmax", "LogSoftmax"}) &&
           model_.graph().node(readers_.at(tensor).front()).output(0) == network_.output;
  }

  [[nodiscard]] std::string end_of_sums(std::string tensor) const {
    while (true) {
      const auto readers = readers_.find(tensor);
      if (readers == readers_.end() || readers->second.size() != 1 || readers->second[0] < 0) return tensor;
      const onnx::NodeProto& node = model_.graph().node(readers->second[0]);
      if (!is_sum(node)) return tensor;
      tensor = node.output(0);
    }
  }

  /// Whether anything but the layer's own operators reaches the sum.
  [[nodiscard]] bool has_other_terms(const std::string& tensor, const std::set<std::string>& own) const {
    if (own.contains(tensor)) return false;
    const auto writer = writers_.find(tensor);
    const auto readers = readers_.find(tensor);
    if (writer == writers_.end()) return true;
    const onnx::NodeProto& node = model_.graph().node(writer->second);
    const bool inner = is_sum(node) && readers != readers_.end();
    if (!inner) return true;
    return std::any_of(node.input().begin(), node.input().end(),
                       [&](const std::string& name) { return has_other_terms(name, own); });
  }

  const onnx::ModelProto& model_;
  const LayeredNetwork& network_;
  const std::string& path_;
  std::map<std::string, std::vector<int>> readers_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::map<std::string, int> writers_;
};

}  // namespace

std::vector<Layer> find_layers(const onnx::ModelProto& model, const LayeredNetwork& network,
                               const std::string& path) {
  return LayerFinder(model, network, path).run();
}

}  // namespace simplicit
