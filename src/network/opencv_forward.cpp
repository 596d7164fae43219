#include "network/opencv_model.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/network/batch_forward.hpp>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include <algorithm>

namespace simplicit {
namespace {

/// What one run must return: the tensor before every activation, and the output.
struct Wanted {
  std::vector<std::size_t> tensors;  ///< without repeats, without the input
  std::vector<cv::String> names;
  std::vector<std::size_t> layers;  ///< the tensor before every activation
};

Wanted wanted_of(const Network& network) {
  Wanted wanted;
  const auto want = [&](std::size_t tensor) {
    const auto& all = wanted.tensors;
    if (tensor == network.input || std::find(all.begin(), all.end(), tensor) != all.end()) return;
    wanted.tensors.push_back(tensor);
    wanted.names.emplace_back(opencv_name(tensor));
  };
  for (const Node* node : activation_nodes(network)) {
    wanted.layers.push_back(node->inputs[0]);
    want(node->inputs[0]);
  }
  want(network.output);
  return wanted;
}

cv::dnn::Net load(const Network& network, Index batch, const std::string& path) {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::setNumThreads(1);
  teach_opencv();
  try {
    const std::string model = opencv_model(network, batch);
    cv::dnn::Net net = cv::dnn::readNetFromONNX(model.data(), model.size());
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    net.enableFusion(false);  // fused layers would hide what lies before an activation
    return net;
  } catch (const cv::Exception& fault) {
    throw InputError(path + ": OpenCV does not take this network: " + fault.err);
  }
}

}  // namespace

struct BatchForward::Impl {
  Index batch;
  std::size_t input;
  std::size_t output;
  Index outputs;
  std::vector<Index> units;  ///< of Wanted::layers
  std::string path;
  Wanted wanted;
  std::vector<int> blob_shape;
  cv::dnn::Net net;
  std::vector<cv::Mat> results;  ///< of Wanted::tensors

  [[nodiscard]] const float* result(std::size_t tensor, Index entries, const float* U) const {
    if (tensor == input) return U;
    const auto found = std::find(wanted.tensors.begin(), wanted.tensors.end(), tensor);
    const cv::Mat& blob = results[static_cast<std::size_t>(found - wanted.tensors.begin())];
    SIMPLICIT_ASSERT(
        blob.isContinuous() && blob.type() == CV_32F && static_cast<Index>(blob.total()) == entries * batch,
        std::to_string(blob.total()) + " != " + std::to_string(entries * batch));
    return blob.ptr<float>();
  }
};

BatchForward::BatchForward(const Network& network, Index batch, const std::string& path)
    : impl_(std::make_unique<Impl>()) {
  impl_->batch = batch;
  impl_->input = network.input;
  impl_->output = network.output;
  impl_->outputs = network.outputs();
  impl_->units = layer_units(network);
  impl_->path = path;
  impl_->wanted = wanted_of(network);
  impl_->blob_shape = {static_cast<int>(batch)};
  for (const Index length : network.input_shape()) impl_->blob_shape.push_back(static_cast<int>(length));
  impl_->net = load(network, batch, path);
}

BatchForward::BatchForward(BatchForward&&) noexcept = default;
BatchForward& BatchForward::operator=(BatchForward&&) noexcept = default;
BatchForward::~BatchForward() = default;

BatchForward::Results BatchForward::run(const std::vector<float>& U) {
  try {
    // OpenCV copies the blob, it does not write to it.
    const cv::Mat blob(impl_->blob_shape, CV_32F, const_cast<float*>(U.data()));
    impl_->net.setInput(blob);
    impl_->net.forward(impl_->results, impl_->wanted.names);
  } catch (const cv::Exception& fault) {
    throw InputError(impl_->path + ": OpenCV cannot run this network: " + fault.err);
  }
  Results results;
  for (std::size_t layer = 0; layer < impl_->units.size(); ++layer) {
    results.Z.push_back(impl_->result(impl_->wanted.layers[layer], impl_->units[layer], U.data()));
  }
  results.Y = impl_->result(impl_->output, impl_->outputs, U.data());
  return results;
}

}  // namespace simplicit
