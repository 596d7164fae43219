#pragma once

#include <simplicit/evaluate/attack_accuracy.hpp>
#include <simplicit/evaluate/scores.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/states_file.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace simplicit {

struct EvaluateSettings {
  FixedPointSettings fixed_point;
  std::vector<double> certify_epsilons{1e-4, 3e-4, 1e-3};  ///< inf norm, in the unit of the inputs
  AttackSettings attack;
  std::optional<std::pair<double, double>> input_range =
      std::nullopt;  ///< of the pixels; [0, 1] where all are
};

/// Scores the model on all samples of a states file (collective; the same model on every rank). Blocks of
/// `sample_block` samples are spread over the ranks and their sums added in block order, so the scores are
/// the same at any number of ranks; they are on root, elsewhere empty. Attacked inputs are kept in the
/// range of the pixels, see perturbation_of. Throws InputError naming both files when they do not fit each
/// other, and when an attack is asked for and the file has no labels.
[[nodiscard]] Scores evaluate(const Communicator& ranks, const ImplicitModel& model,
                              const StatesHeader& header, const EvaluateSettings& settings,
                              const std::string& model_path = "the model");

}  // namespace simplicit
