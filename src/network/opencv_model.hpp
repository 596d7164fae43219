#pragma once

#include <simplicit/network/network.hpp>

#include <string>

namespace simplicit {

/// The network as an ONNX model for OpenCV's dnn, with `batch` samples: only operators and forms that OpenCV
/// 4.6 reads, whatever the file that the network came from looked like.
[[nodiscard]] std::string opencv_model(const Network& network, Index batch);

/// The name under which OpenCV 4.5.5 and up know a tensor of that model (not the input).
[[nodiscard]] std::string opencv_name(std::size_t tensor);

}  // namespace simplicit
