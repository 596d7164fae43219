#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/robustness/certify.hpp>
#include <simplicit/states/states_file.hpp>

namespace simplicit {

/// A changed input that the model gives another class than the label.
struct Counterexample {
  Index sample = 0;
  double epsilon = 0;  ///< the least one of the list at which it was found
  Vector input;        ///< (p)
};

/// What is known of every sample at every epsilon, on root.
struct RobustTable {
  std::vector<double> epsilons;                 ///< (k) ascending
  std::vector<RobustStatus> status;             ///< (m x k), the epsilons of a sample side by side
  std::vector<double> radius;                   ///< (m) where asked for, else empty
  std::vector<Counterexample> counterexamples;  ///< one at most a sample, in their order
  double seconds = 0;

  [[nodiscard]] Index samples() const {
    return std::ssize(status) / std::max<Index>(1, std::ssize(epsilons));
  }
  /// The part of samples with this status at epsilon k.
  [[nodiscard]] double part(std::size_t k, RobustStatus wanted) const;
};

struct RobustTableSettings {
  CertifySettings certify;
  std::vector<double> epsilons;
  bool radius = false;
  std::string checkpoint;  ///< a journal of finished samples; none when empty
  bool resume = false;
};

/// Epsilon in the unit of the pixels of the samples: 1 / std where the states file says that its inputs are
/// (pixel / 255 - mean) / std, and the range of the pixels, also where all inputs lie in [0, 1] (collective).
/// `range` (lower, upper), in the unit of epsilon, replaces what is found.
[[nodiscard]] Perturbation perturbation_of(const Communicator& ranks, const StatesHeader& header,
                                           const std::optional<std::pair<double, double>>& range);

/// Certifies all samples of a labelled states file (collective; the same model on every rank). Samples are
/// dealt out over the ranks as these get free; a sample's answers depend on the sample and the settings only.
/// Throws Error(ExitCode::interrupted) after a signal, with what is saved in its words.
[[nodiscard]] RobustTable certify_samples(const Communicator& ranks, const ImplicitModel& model,
                                          const Perturbation& perturbation, const StatesHeader& header,
                                          const RobustTableSettings& settings, const std::string& name);

/// Where the answers for the baseline are journaled, beside those for the model.
[[nodiscard]] std::string journal_of_baseline(const std::string& checkpoint);

/// Throws InputError before any work: --resume without --checkpoint, a journal that exists without --resume.
void check_robustness_checkpoint(const RobustTableSettings& settings);

}  // namespace simplicit
