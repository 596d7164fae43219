#pragma once

#include <onnx/onnx_pb.h>
#include <opencv2/dnn.hpp>

#include <string>

namespace simplicit {

/// The model in OpenCV's dnn, on one thread, layer by layer. Throws InputError naming `path`.
[[nodiscard]] cv::dnn::Net opencv_net(const onnx::ModelProto& model, const std::string& path);

/// The name under which OpenCV 4.5.5 and up know a tensor (not the input).
[[nodiscard]] std::string opencv_layer_name(const std::string& tensor);

}  // namespace simplicit
