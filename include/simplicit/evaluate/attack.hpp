#pragma once

#include <simplicit/evaluate/classifier.hpp>
#include <simplicit/robustness/perturbation.hpp>

#include <string>
#include <vector>

namespace simplicit {

enum class Attack { fgsm, pgd };
/// "fgsm", "pgd"; throws InputError naming both on anything else.
[[nodiscard]] Attack attack_from_name(const std::string& name);
[[nodiscard]] std::string name_of(Attack attack);

/// How projected gradient descent goes.
struct PgdSettings {
  int steps = 20;
  double step = 0.125;  ///< as a fraction of epsilon
};

/// Samples to attack: U (p x k), labels (k), and what epsilon lets be done to them.
struct AttackedSamples {
  const Matrix& U;
  std::span<const int> labels;
  const Perturbation& perturbation;
};

/// Inputs moved by epsilon (k), in the inf norm, along the signs of `ascent` (p x k): the fast gradient sign
/// method (Goodfellow, Shlens, Szegedy, arXiv 1412.6572).
[[nodiscard]] Matrix fgsm(const AttackedSamples& samples, const Matrix& ascent, const Vector& epsilon);

/// Projected gradient descent (Madry et al., arXiv 1706.06083) from the inputs themselves: steps along the
/// signs of the ascent, each followed by the projection on the box of half width epsilon (k) around the
/// input. Returns for each sample whether the classifier decides rightly at every point visited, the input
/// included.
[[nodiscard]] std::vector<bool> withstands_pgd(const Classifier& classifier, const AttackedSamples& samples,
                                               const Vector& epsilon, const PgdSettings& settings);

}  // namespace simplicit
