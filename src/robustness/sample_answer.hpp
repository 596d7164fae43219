#pragma once

#include <simplicit/parallel/values.hpp>
#include <simplicit/robustness/certify.hpp>

#include <vector>

namespace simplicit {

/// The answer for one sample, as it travels to root and into the journal.
struct SampleAnswer {
  std::vector<std::int8_t> status;  ///< one an epsilon
  double radius = 0;
  std::vector<double> counterexample;  ///< (p), or empty
  std::int32_t attacked_at = 0;        ///< the first epsilon it was found at

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive_list(archive, status);
    archive& radius;
    archive_list(archive, counterexample);
    archive& attacked_at;
  }
};

/// The answers of the bounds for a block of samples at every epsilon (ascending), sample by sample. What is
/// certified at one epsilon is not asked for at a smaller one.
[[nodiscard]] std::vector<std::int8_t> block_answers(const Certifier& certifier, const Matrix& U,
                                                     const std::vector<int>& labels,
                                                     const std::vector<double>& epsilons);

/// The answers for one sample whose bounds left some epsilon open, or whose radius is wanted.
[[nodiscard]] SampleAnswer sample_answer(const Certifier& certifier, const Vector& u, int label,
                                         const std::vector<double>& epsilons,
                                         std::vector<std::int8_t> by_bounds, bool radius,
                                         const std::function<void()>& between);

}  // namespace simplicit
