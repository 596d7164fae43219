#pragma once

#include <simplicit/base/figure.hpp>
#include <simplicit/evaluate/class_accuracy.hpp>
#include <simplicit/model/shared_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/states_file.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// How a network with shared rows does on the samples of a states file, beside the network it came from.
struct SharedScores {
  Index samples = 0;
  std::optional<double> accuracy, baseline_accuracy;  ///< in [0, 1]; nothing without labels
  std::optional<double> magnitude_accuracy;  ///< of the network pruned by magnitude, where it was asked for
  double agreement = 0;                      ///< part of the samples on which both decide the same
  double output_error = 0;                   ///< relative, Frobenius
  Index nonzeros = 0;                        ///< weights and biases
  Index baseline_parameters = 0;
  double kept = 0;
  std::int64_t model_bytes = 0;        ///< of the model file; whoever reads one fills it in
  std::int64_t baseline_bytes = 0;     ///< of the network as ONNX
  std::vector<ClassAccuracy> classes;  ///< that have samples, in ascending order; none without labels
  bool by_own_kernels = false;         ///< computed by our sparse kernels, else by OpenCV's dnn
  struct Seconds {
    double read = 0;       ///< of the slowest rank, with the model
    double inference = 0;  ///< computing outputs from inputs alone, of the slowest rank
    double sample = 0;     ///< computing one sample on one rank
    double total = 0;
  } seconds;
};

/// Runs the network over all samples of the file, spread over the ranks (collective; what counts is on
/// root, the same figures at any number of ranks but for the seconds); `pruned` is the network pruned by
/// magnitude, or null. Throws InputError when sizes do not fit.
[[nodiscard]] SharedScores evaluate_shared(const Communicator& ranks, const SharedModel& model,
                                           const std::string& model_path, const StatesHeader& header,
                                           const LayeredNetwork* pruned = nullptr);

/// The figures of such an evaluation, without values.
[[nodiscard]] std::vector<FigureValue> shared_evaluation_figures();
/// The record of `evaluate --report`; what is unknown is null.
[[nodiscard]] nlohmann::json to_json(const SharedScores& scores);
/// The same for a person, one line per figure.
[[nodiscard]] std::string to_table(const SharedScores& scores);

}  // namespace simplicit
