#include "layers/onnx_model.hpp"
#include "layers/opencv_net.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>
#include <opencv2/core/utils/logger.hpp>

namespace simplicit {
namespace {

const std::string prefix = "onnx_node_output_0!";

Shape sample_shape(const cv::dnn::MatShape& blob) {
  return blob.size() < 2 ? Shape{1} : Shape(blob.begin() + 1, blob.end());
}

}  // namespace

std::string opencv_layer_name(const std::string& tensor) {
  return prefix + tensor;
}

cv::dnn::Net opencv_net(const onnx::ModelProto& model, const std::string& path) {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::setNumThreads(1);
  teach_opencv();
  try {
    const std::string bytes = model.SerializeAsString();
    cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    net.enableFusion(false);  // fused layers would hide the tensors between them
    return net;
  } catch (const cv::Exception& fault) {
    throw InputError(path + ": OpenCV does not take this network: " + fault.err);
  }
}

std::map<std::string, Shape> tensor_shapes(const onnx::ModelProto& model, Index batch,
                                           const std::string& path, bool tried) {
  onnx::ModelProto copy = for_opencv(model, batch);
  cv::dnn::MatShape input;
  for (const auto& axis : input_of(copy).type().tensor_type().shape().dim()) {
    input.push_back(static_cast<int>(axis.dim_value()));
  }
  cv::dnn::Net net = opencv_net(copy, path);
  std::map<std::string, Shape> shapes{{input_of(copy).name(), sample_shape(input)}};
  Index entries = 0;
  try {
    std::vector<int> ids;
    std::vector<std::vector<cv::dnn::MatShape>> in;
    std::vector<std::vector<cv::dnn::MatShape>> out;
    net.getLayersShapes(input, ids, in, out);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string name = net.getLayer(ids[i])->name;
      if (!name.starts_with(prefix) || out[i].empty()) continue;
      if (out[i][0].empty() || out[i][0][0] != batch) continue;  // no axis of samples
      const Shape shape = sample_shape(out[i][0]);
      for (const Index length : shape) {
        if (length < 1 || length > max_tensor_entries) {
          throw InputError(path + ": the tensor '" + name.substr(prefix.size()) +
                           "' has the impossible shape " + shape_text(shape));
        }
      }
      entries += entries_of(shape);
      if (entries > max_tensor_entries) {
        throw InputError(
            fmt::format("{}: has tensors of more than {} numbers a sample", path, max_tensor_entries));
      }
      shapes[name.substr(prefix.size())] = shape;
    }
    if (tried) {  // what has shapes may fail all the same
      net.setInput(cv::Mat(input, CV_32F, cv::Scalar(0)));
      (void)net.forward();
    }
  } catch (const cv::Exception& fault) {
    throw InputError(path + ": OpenCV cannot run this network: " + fault.err);
  }
  return shapes;
}

}  // namespace simplicit
