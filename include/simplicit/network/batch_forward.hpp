#pragma once

#include <simplicit/network/network.hpp>

#include <memory>
#include <string>
#include <vector>

namespace simplicit {

/// The operator that stands in such a model for an affine map of no kind that ONNX has; only this program
/// runs it.
inline constexpr const char* sparse_map_layer = "SimplicitSparseMap";

/// The network written anew as an ONNX model for one sample: only operators that OpenCV reads rightly, and a
/// layer of our own for other affine maps (teach_opencv). Nodes keep their names.
[[nodiscard]] std::string plain_onnx(const Network& network);

/// Teaches OpenCV the layer of our own; once is enough, more often does no harm.
void teach_opencv();

/// Samples forwarded together: as many as keep the tensors of a batch at about 16 MiB, 64 at most. It follows
/// from the network alone.
[[nodiscard]] Index batch_size(const Network& network);

/// Bytes that forwarding takes beside the network, about.
[[nodiscard]] std::size_t forward_bytes(const Network& network, Index batch);

/// Runs a network on `batch` samples at a time, in float32, by OpenCV's dnn on one thread. The numbers depend
/// on the network and the batch alone.
class BatchForward {
 public:
  /// Throws InputError naming `path`, the file the network came from, when OpenCV does not take it.
  BatchForward(const Network& network, Index batch, const std::string& path);
  BatchForward(BatchForward&&) noexcept;
  BatchForward& operator=(BatchForward&&) noexcept;
  ~BatchForward();

  /// Where the results of run() lie, sample after sample; they stay until the next run.
  struct Results {
    std::vector<const float*> Z;  ///< pre-activations of every layer, first layer first, each (units x batch)
    const float* Y = nullptr;     ///< outputs (q x batch)
  };
  /// U is (p x batch), sample after sample.
  [[nodiscard]] Results run(const std::vector<float>& U);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
