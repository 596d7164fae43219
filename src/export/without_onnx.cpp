// Stands in for onnx_graph.cpp in a build without ONNX.
#include "export/onnx_graph.hpp"
#include <simplicit/base/error.hpp>

namespace simplicit {

void write_onnx(const UnrolledGraph&, const OnnxDescription&, const std::string& path) {
  throw InputError(
      path +
      ": this build does not write ONNX. Install ONNX, protobuf and OpenCV's dnn (Debian: apt-get "
      "install libonnx-dev libprotobuf-dev libopencv-dnn-dev), configure with "
      "-DSIMPLICIT_WITH_ONNX=ON and build again");
}

}  // namespace simplicit
