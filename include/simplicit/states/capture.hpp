#pragma once

#include <simplicit/baseline/distribute.hpp>
#include <simplicit/baseline/mlp.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// Samples are forwarded in blocks of this many, whatever the number of ranks.
inline constexpr Index capture_block = 256;

struct CaptureSettings {
  double kappa = 0.95;  ///< in (0, 1)
  Precision precision = Precision::float32;
  nlohmann::json provenance;  ///< written as given by root
};

struct CaptureSummary {
  Index samples = 0;
  Index states = 0;
  double baseline_accuracy = 0;       ///< on these samples, in [0, 1]
  std::vector<double> layer_factors;  ///< first hidden layer first
  double norm_a_inf = 0;              ///< |A|_inf of the baseline as it is
  double scaled_norm_a_inf = 0;       ///< and with rescaled states
};

/// Runs the baseline over the samples and writes a states file at `path` (collective): U, X, Z, Y, labels,
/// layer_sizes, state_scale, group baseline and the root attributes. `mlp` is the same on all ranks, `part`
/// comes from distribute with capture_block. Every rank forwards its own samples and writes its own slab. The
/// datasets are the same, bit for bit, at any number of ranks: a block's arithmetic depends on the block
/// alone and a short last one is padded to full width. Hidden activations and pre-activations are those of
/// the network on the inputs as stored, multiplied with the factors of layer_factors(mlp, kappa). Written
/// under a temporary name and renamed. Throws Error(ExitCode::interrupted) on all ranks when a signal asks to
/// stop.
[[nodiscard]] CaptureSummary capture(const Communicator& ranks, const Mlp& mlp, const SampleShare& part,
                                     const CaptureSettings& settings, const std::string& path);

}  // namespace simplicit
