// Stands in for onnx_*.cpp and opencv_*.cpp in a build without them.
#include <simplicit/base/error.hpp>
#include <simplicit/layers/graph_run.hpp>

namespace simplicit {
namespace {

[[noreturn]] void refuse(const std::string& path) {
  throw InputError(
      path +
      ": this build has no ONNX, which rows shared by all positions need. Install ONNX, protobuf and "
      "OpenCV's dnn (Debian: apt-get install libonnx-dev libprotobuf-dev libopencv-dnn-dev), "
      "configure with -DSIMPLICIT_WITH_ONNX=ON and build again");
}

}  // namespace

LayeredNetwork layered_network(const std::string&, const std::string& path) {
  refuse(path);
}

LayeredNetwork layered_network(const Mlp&) {
  refuse("--structure shared");
}

LayeredNetwork linear_network(Index, Index, bool) {
  refuse("--structure shared");
}

std::string onnx_with_weights(const LayeredNetwork&, const std::vector<OperatorWeights>&) {
  refuse("the network");
}

void set_weights(LayeredNetwork&, std::vector<OperatorWeights>) {
  refuse("the network");
}

std::vector<std::string> tensors_used(const LayeredNetwork&, const std::vector<std::string>&,
                                      const std::vector<std::string>&) {
  refuse("the network");
}

struct GraphRun::Impl {};
GraphRun::GraphRun(const LayeredNetwork&, std::vector<std::string>, std::vector<std::string>, Index,
                   const std::string& path) {
  refuse(path);
}
GraphRun::GraphRun(GraphRun&&) noexcept = default;
GraphRun& GraphRun::operator=(GraphRun&&) noexcept = default;
GraphRun::~GraphRun() = default;
std::vector<const float*> GraphRun::run(const std::vector<const float*>&) {
  return {};
}

}  // namespace simplicit
