#pragma once

#include <simplicit/layers/layered_network.hpp>

#include <memory>
#include <string>

namespace simplicit {

/// Runs a network from its inputs to its outputs in float32 on one thread: by sparse kernels of our own where
/// they have all of its operators, else by OpenCV's dnn.
class NetworkForward {
 public:
  /// Throws InputError naming `path`, the file the network came from, when it cannot be run.
  NetworkForward(const LayeredNetwork& network, const std::string& path);
  NetworkForward(NetworkForward&&) noexcept;
  NetworkForward& operator=(NetworkForward&&) noexcept;
  ~NetworkForward();

  /// Whether the kernels run it.
  [[nodiscard]] bool by_own_kernels() const;
  /// Samples that are computed together.
  [[nodiscard]] Index block() const;
  /// U is (p x samples), Y becomes (q x samples). A sample's outputs are the same in any call whose first
  /// sample is a multiple of 64 away.
  void run(const float* U, Index samples, float* Y);
  /// The same rounded from and to double precision.
  [[nodiscard]] Matrix run(const Matrix& U);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
