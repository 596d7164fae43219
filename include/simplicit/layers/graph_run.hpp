#pragma once

#include <simplicit/layers/layered_network.hpp>

#include <memory>
#include <string>
#include <vector>

namespace simplicit {

/// Samples forwarded together: as many as keep the tensors of a batch at about 16 MiB, 64 at most, a power of
/// two; it follows from the network alone. 1 for a network whose samples cannot be batched.
[[nodiscard]] Index batch_size(const LayeredNetwork& network);

/// Those of the given tensors from which the wanted ones are computed, the nearest on every way.
[[nodiscard]] std::vector<std::string> tensors_used(const LayeredNetwork& network,
                                                    const std::vector<std::string>& given,
                                                    const std::vector<std::string>& wanted);

/// Runs the part of a network between given and wanted tensors on a batch of samples at a time, in float32,
/// by OpenCV's dnn on one thread. The numbers depend on the network, the tensors and the batch alone.
class GraphRun {
 public:
  /// `given` are tensors with known shapes from which all of `wanted` follow (no tensor is in both). Throws
  /// InputError naming `path`, the file that the network came from, when OpenCV does not take it.
  GraphRun(const LayeredNetwork& network, std::vector<std::string> given, std::vector<std::string> wanted,
           Index batch, const std::string& path);
  GraphRun(GraphRun&&) noexcept;
  GraphRun& operator=(GraphRun&&) noexcept;
  ~GraphRun();

  /// One array for each given tensor, (entries x batch), sample after sample. The results, one for each
  /// wanted tensor, stay until the next run.
  [[nodiscard]] std::vector<const float*> run(const std::vector<const float*>& given);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
