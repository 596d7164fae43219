#pragma once

#include <simplicit/evaluate/attack.hpp>
#include <simplicit/evaluate/scores.hpp>
#include <simplicit/states/states_file.hpp>

#include <optional>

namespace simplicit {

struct AttackSettings {
  std::vector<Attack> attacks;                          ///< none: nothing is attacked
  std::vector<double> epsilons{0.01, 0.02, 0.05, 0.1};  ///< inf norm, in the unit of the inputs
  PgdSettings pgd;
};

/// Accuracies on all samples of a states file under every attack at every epsilon (collective), attack by
/// attack; known to all ranks. Each network is attacked through its own gradients. Blocks of `sample_block`
/// samples are spread over the ranks and only counts are added, so the figures are the same at any number of
/// ranks. The baseline's are missing when `baseline` is null. `perturbation` says what epsilon lets be
/// done to the inputs. The file must have labels.
[[nodiscard]] std::vector<AttackedAccuracy> attacked_accuracies(
    const Communicator& ranks, const Classifier& model, const Classifier* baseline,
    const StatesHeader& header, const Perturbation& perturbation, const AttackSettings& settings);

}  // namespace simplicit
