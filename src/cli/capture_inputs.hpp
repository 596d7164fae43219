#pragma once

#include <simplicit/base/setting.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/dataset/dataset.hpp>
#include <simplicit/states/capture.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::cli {

/// What `capture` is asked for.
struct CaptureOptions {
  std::string baseline;
  std::string dataset;
  std::optional<std::string> split;
  std::optional<Index> samples;
  double kappa = 0.95;
  Precision precision = Precision::float32;
  enum class Store { all, inputs } store = Store::all;
  std::vector<double> mean, deviation;
  bool unlabelled = false;  ///< labels are left out: the network decides no classes
  std::string out;
};

[[nodiscard]] std::vector<Setting> settings_of(CaptureOptions& options);

/// What root reads before anybody works.
struct CaptureInputs {
  std::string onnx;  ///< the bytes of the network's file, when it is ONNX
  Mlp mlp;           ///< the network otherwise
  LabelledImages data;
};

/// Checks the files against each other, then reads network and images and holds them against each other.
/// Throws InputError.
[[nodiscard]] CaptureInputs read_inputs(const CaptureOptions& options);

/// The samples of one rank, normalised as they are read; `part` and `options` must outlive them.
[[nodiscard]] CapturedInputs samples_of(const SampleShare& part, bool labelled,
                                        const CaptureOptions& options);

}  // namespace simplicit::cli
