#include <simplicit/kernels/sparse_forward.hpp>
#include <simplicit/layers/graph_run.hpp>
#include <simplicit/layers/kernel_program.hpp>
#include <simplicit/layers/network_forward.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace simplicit {

struct NetworkForward::Impl {
  Index inputs = 0;
  Index outputs = 0;
  Index batch = 1;
  std::optional<kernels::SparseForward<float>> kernels;
  std::optional<GraphRun> opencv;
  std::vector<float> filled;  ///< a batch of OpenCV's, its last samples zero

  void run_opencv(const float* U, Index samples, float* Y) {
    for (Index first = 0; first < samples; first += batch) {
      const Index count = std::min(batch, samples - first);
      std::fill(std::copy_n(U + first * inputs, count * inputs, filled.begin()), filled.end(), 0.0F);
      const float* const results = opencv->run({filled.data()})[0];
      std::copy_n(results, count * outputs, Y + first * outputs);
    }
  }
};

NetworkForward::NetworkForward(const LayeredNetwork& network, const std::string& path)
    : impl_(std::make_unique<Impl>()) {
  impl_->inputs = network.inputs();
  impl_->outputs = network.outputs();
  if (const std::optional<kernels::Program> program = kernel_program(network)) {
    impl_->kernels.emplace(*program);
    return;
  }
  impl_->batch = batch_size(network);
  impl_->opencv.emplace(network, std::vector<std::string>{network.input},
                        std::vector<std::string>{network.output}, impl_->batch, path);
  impl_->filled.resize(static_cast<std::size_t>(impl_->batch * impl_->inputs));
}

NetworkForward::NetworkForward(NetworkForward&&) noexcept = default;
NetworkForward& NetworkForward::operator=(NetworkForward&&) noexcept = default;
NetworkForward::~NetworkForward() = default;

bool NetworkForward::by_own_kernels() const {
  return impl_->kernels.has_value();
}

Index NetworkForward::block() const {
  return impl_->kernels ? impl_->kernels->block() : impl_->batch;
}

void NetworkForward::run(const float* U, Index samples, float* Y) {
  if (impl_->kernels) {
    impl_->kernels->run(U, samples, Y);
  } else {
    impl_->run_opencv(U, samples, Y);
  }
}

Matrix NetworkForward::run(const Matrix& U) {
  const Eigen::MatrixXf inputs = U.cast<float>();
  Eigen::MatrixXf outputs(impl_->outputs, U.cols());
  run(inputs.data(), U.cols(), outputs.data());
  return outputs.cast<double>();
}

}  // namespace simplicit
