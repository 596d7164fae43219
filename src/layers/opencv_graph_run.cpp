#include "layers/onnx_model.hpp"
#include "layers/opencv_net.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/layers/graph_run.hpp>

#include <algorithm>
#include <set>

namespace simplicit {
namespace {

/// The nodes between given and wanted tensors, as a model with the given tensors for inputs.
onnx::ModelProto part_of(onnx::ModelProto model, const LayeredNetwork& network,
                         const std::vector<std::string>& given, const std::vector<std::string>& wanted) {
  const onnx::GraphProto whole = model.graph();
  std::set<std::string> needed(wanted.begin(), wanted.end());
  const std::set<std::string> stops(given.begin(), given.end());
  std::vector<const onnx::NodeProto*> nodes;
  for (auto node = whole.node().rbegin(); node != whole.node().rend(); ++node) {
    const bool reached =
        std::any_of(node->output().begin(), node->output().end(),
                    [&](const std::string& name) { return needed.contains(name) && !stops.contains(name); });
    if (!reached) continue;
    needed.insert(node->input().begin(), node->input().end());
    nodes.push_back(&*node);
  }
  std::reverse(nodes.begin(), nodes.end());
  const onnx::TensorShapeProto_Dimension samples = whole.input(0).type().tensor_type().shape().dim(0);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.clear_node();
  graph.clear_input();
  graph.clear_output();
  graph.clear_initializer();
  for (const onnx::NodeProto* node : nodes) *graph.add_node() = *node;
  for (const onnx::TensorProto& tensor : whole.initializer()) {
    if (needed.contains(tensor.name())) *graph.add_initializer() = tensor;
  }
  for (const std::string& name : given) {
    if (!needed.contains(name)) continue;
    onnx::ValueInfoProto& input = *graph.add_input();
    input.set_name(name);
    auto& type = *input.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    *type.mutable_shape()->add_dim() = samples;
    for (const Index length : network.shapes.at(name)) type.mutable_shape()->add_dim()->set_dim_value(length);
  }
  for (const std::string& name : wanted) graph.add_output()->set_name(name);
  return model;
}

}  // namespace

std::vector<std::string> tensors_used(const LayeredNetwork& network, const std::vector<std::string>& given,
                                      const std::vector<std::string>& wanted) {
  const onnx::ModelProto part = part_of(parse_model(network.onnx, "the network"), network, given, wanted);
  std::vector<std::string> names;
  for (const onnx::ValueInfoProto& input : part.graph().input()) names.push_back(input.name());
  return names;
}

struct GraphRun::Impl {
  std::string path;
  std::vector<std::string> inputs;       ///< those that are used, by name
  std::vector<std::size_t> places;       ///< of them among the given ones
  std::vector<std::vector<int>> shapes;  ///< of their blobs
  std::vector<cv::String> wanted;        ///< OpenCV's names
  std::vector<Index> entries;            ///< of the wanted tensors, of the batch
  cv::dnn::Net net;
  std::vector<cv::Mat> results;
};

GraphRun::GraphRun(const LayeredNetwork& network, std::vector<std::string> given,
                   std::vector<std::string> wanted, Index batch, const std::string& path)
    : impl_(std::make_unique<Impl>()) {
  const onnx::ModelProto part = part_of(parse_model(network.onnx, path), network, given, wanted);
  impl_->path = path;
  for (const onnx::ValueInfoProto& input : part.graph().input()) {
    impl_->inputs.push_back(input.name());
    impl_->places.push_back(
        static_cast<std::size_t>(std::find(given.begin(), given.end(), input.name()) - given.begin()));
    std::vector<int> shape{static_cast<int>(batch)};
    for (const Index length : network.shapes.at(input.name())) shape.push_back(static_cast<int>(length));
    impl_->shapes.push_back(std::move(shape));
  }
  for (const std::string& name : wanted) {
    impl_->wanted.emplace_back(opencv_layer_name(name));
    impl_->entries.push_back(entries_of(network.shapes.at(name)) * batch);
  }
  impl_->net = opencv_net(for_opencv(part, batch), path);
}

GraphRun::GraphRun(GraphRun&&) noexcept = default;
GraphRun& GraphRun::operator=(GraphRun&&) noexcept = default;
GraphRun::~GraphRun() = default;

std::vector<const float*> GraphRun::run(const std::vector<const float*>& given) {
  try {
    for (std::size_t i = 0; i < impl_->inputs.size(); ++i) {
      // OpenCV copies the blob, it does not write to it.
      const cv::Mat blob(impl_->shapes[i], CV_32F, const_cast<float*>(given[impl_->places[i]]));
      impl_->net.setInput(blob, impl_->inputs[i]);
    }
    impl_->net.forward(impl_->results, impl_->wanted);
  } catch (const cv::Exception& fault) {
    throw InputError(impl_->path + ": OpenCV cannot run this network: " + fault.err);
  }
  std::vector<const float*> results;
  for (std::size_t i = 0; i < impl_->wanted.size(); ++i) {
    const cv::Mat& blob = impl_->results[i];
    if (!blob.isContinuous() || blob.type() != CV_32F ||
        static_cast<Index>(blob.total()) != impl_->entries[i]) {
      throw InputError(impl_->path +
                       ": OpenCV gives a tensor of another size than it declared; the network cannot "
                       "be run on several samples at a time");
    }
    results.push_back(blob.ptr<float>());
  }
  return results;
}

}  // namespace simplicit
