#pragma once

#include <simplicit/evaluate/scores.hpp>
#include <simplicit/robustness/robust_table.hpp>

namespace simplicit {

struct RobustScoresSettings {
  RobustTableSettings table;
  std::optional<std::pair<double, double>> input_range;  ///< of the pixels
  bool baseline = true;         ///< certify the baseline of the states file too, where it has one
  bool network = false;         ///< and where it has a network from ONNX instead, that one's implicit form
  std::string certificates;     ///< file to write, or empty
  std::string counterexamples;  ///< file to write, or empty
  nlohmann::json provenance;
};

/// Replaces the certified figures in `scores` (on root) by proofs and counterexamples sample by sample, for
/// the model and by the same code for the baseline in its exact implicit form (collective). The states file
/// must have labels.
void certify_scores(const Communicator& ranks, const ImplicitModel& model, const StatesHeader& header,
                    const RobustScoresSettings& settings, Scores& scores);

}  // namespace simplicit
