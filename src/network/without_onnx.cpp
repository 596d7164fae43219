// Stands in for onnx_*.cpp and opencv_*.cpp in a build without them.
#include <simplicit/base/error.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>

namespace simplicit {
namespace {

[[noreturn]] void refuse(const std::string& path) {
  throw InputError(
      path +
      ": this build does not read ONNX. Install ONNX, protobuf and OpenCV's dnn (Debian: apt-get "
      "install libonnx-dev libprotobuf-dev libopencv-dnn-dev), configure with "
      "-DSIMPLICIT_WITH_ONNX=ON and build again");
}

}  // namespace

std::string read_onnx_bytes(const std::string& path) {
  refuse(path);
}

std::vector<std::string> onnx_files(const std::string& path) {
  refuse(path);
}

Network parse_onnx(const std::string&, const std::string& path) {
  refuse(path);
}

std::string plain_onnx(const Network&) {
  return {};
}

void teach_opencv() {}

struct BatchForward::Impl {};
BatchForward::BatchForward(const Network&, Index, const std::string& path) {
  refuse(path);
}
BatchForward::BatchForward(BatchForward&&) noexcept = default;
BatchForward& BatchForward::operator=(BatchForward&&) noexcept = default;
BatchForward::~BatchForward() = default;
BatchForward::Results BatchForward::run(const std::vector<float>&) {
  return {};
}

}  // namespace simplicit
