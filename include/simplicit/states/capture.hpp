#pragma once

#include <simplicit/baseline/distribute.hpp>
#include <simplicit/baseline/mlp.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Samples of a multilayer perceptron are forwarded in blocks of this many, whatever the number of ranks.
inline constexpr Index capture_block = 256;

/// Takes what one layer does to samples of a block, those from `first` on: pre- and post-activations (units x
/// samples), not rescaled.
using PutLayer = std::function<void(std::size_t layer, Index first, const Matrix& Z, const Matrix& X)>;

/// A network as capture needs to know it.
struct CapturedNetwork {
  Index inputs = 0;              ///< p
  Index outputs = 0;             ///< q
  std::vector<Index> units;      ///< of every layer, first layer first; empty when no states are stored
  std::vector<double> factors;   ///< of the states of every layer
  double norm_a_inf = 0;         ///< |A|_inf as it is
  double scaled_norm_a_inf = 0;  ///< and with rescaled states
  Activation activation = Activation::relu;
  bool bias = false;
  Index parameters = 0;
  std::optional<Index> connections;  ///< nonzeros of [A B; C D] in its exact implicit form, where known
  const Mlp* mlp = nullptr;          ///< kept in group baseline where there is one
  std::string onnx;                  ///< kept in dataset network where there is one
  Index block = capture_block;       ///< samples forwarded at a time
  std::size_t forward_bytes = 0;     ///< taken by forwarding a block, where it is much
  /// Of U (p x block): hands every layer of all samples to `put` and returns the outputs Y (q x block).
  std::function<Matrix(const Matrix& U, const PutLayer& put)> forward;

  [[nodiscard]] Index states() const;  ///< n
};
[[nodiscard]] CapturedNetwork captured_network(const Mlp& mlp, double kappa);

/// The samples of one rank.
struct CapturedInputs {
  Range samples;                                         ///< of all samples
  Index total = 0;                                       ///< samples on all ranks together
  std::function<Matrix(Index first, Index count)> read;  ///< (p x count), counted from the first of this rank
  std::vector<int> labels;                               ///< of this rank, or empty
  bool labelled = true;
  std::vector<double> mean, deviation;  ///< one per channel; kept in the file when inputs were normalised
};

struct CaptureSettings {
  double kappa = 0.95;  ///< in (0, 1)
  Precision precision = Precision::float32;
  nlohmann::json provenance;  ///< written as given by root
  /// Told by root how many samples of all ranks are written, after every round; may be empty.
  std::function<void(Index samples)> progress;
};

struct CaptureSummary {
  Index samples = 0;
  Index states = 0;
  std::optional<double> baseline_accuracy;  ///< on these samples, in [0, 1]; nothing without labels
  std::vector<double> layer_factors;        ///< first hidden layer first
  double norm_a_inf = 0;                    ///< |A|_inf of the baseline as it is
  double scaled_norm_a_inf = 0;             ///< and with rescaled states
};

/// Bytes of the file that capture writes, about.
[[nodiscard]] std::size_t capture_file_bytes(const CapturedNetwork& network, const CapturedInputs& inputs,
                                             Precision precision);
/// Bytes that a rank takes for the samples it holds at a time: a number that does not grow with their count.
[[nodiscard]] std::size_t capture_bytes(const CapturedNetwork& network, Precision precision);

/// Runs the network over the samples and writes a states file at `path` (collective): U, X, Z, Y, labels,
/// layer_sizes, state_scale, group baseline and the root attributes. `network` is the same on all ranks, the
/// ranks' samples begin at multiples of network.block. Every rank forwards its own samples and writes its own
/// slab. The datasets are the same, bit for bit, at any number of ranks: a block's arithmetic depends on the
/// block alone and a short last one is padded to full width. Hidden activations and pre-activations are those
/// of the network on the inputs as stored, multiplied with the network's factors. Written under a temporary
/// name and renamed. Throws Error(ExitCode::interrupted) on all ranks when a signal asks to stop.
[[nodiscard]] CaptureSummary capture(const Communicator& ranks, const CapturedNetwork& network,
                                     const CapturedInputs& inputs, const CaptureSettings& settings,
                                     const std::string& path);

/// The same for a multilayer perceptron on images, whose share comes from distribute with capture_block.
[[nodiscard]] CaptureSummary capture(const Communicator& ranks, const Mlp& mlp, const SampleShare& part,
                                     const CaptureSettings& settings, const std::string& path);

}  // namespace simplicit
