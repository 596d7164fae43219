#pragma once

#include <simplicit/problem/penalty.hpp>

#include <optional>
#include <span>
#include <string>

namespace simplicit {

/// What a user says about the objective; which of these are needed depends on its name.
struct ObjectiveSettings {
  std::string name = "l1";
  std::optional<double> lambda;      ///< penalty weight as it stands
  std::optional<double> lambda_rel;  ///< penalty weight as a fraction of each row's own lambda_max
  std::optional<double> l1_ratio;    ///< alpha of elastic-net, in (0, 1]
  std::optional<double> mu;          ///< perspective: price of a nonzero
  std::optional<double> gamma;       ///< perspective: ridge of a nonzero
  std::optional<double> delta;       ///< min-norm: relative residual allowed
};

/// One way to measure the weights of a row. A new one is a source file that defines it and a line in
/// objective.cpp that lists it.
struct Objective {
  const char* name;
  const char* summary;  ///< one line for --help
  /// Throws InputError naming the flag that is missing, out of range or does not belong to this objective.
  void (*validate)(const ObjectiveSettings& settings);
  /// h of a row whose lambda_max is known; null for an objective that matches within delta instead of
  /// penalising.
  Penalty (*penalty)(const ObjectiveSettings& settings, double lambda_max);
};

/// All objectives, in the order of the documentation.
[[nodiscard]] std::span<const Objective* const> objectives();
/// Throws InputError listing the names when there is none of this name.
[[nodiscard]] const Objective& objective_named(const std::string& name);

/// lambda itself, or the fraction of lambda_max.
[[nodiscard]] double lambda_of(const ObjectiveSettings& settings, double lambda_max);
/// Throws InputError unless exactly one of lambda and lambda_rel is given, finite and above 0.
void require_lambda(const ObjectiveSettings& settings);
/// Throws InputError when a flag that only another objective uses was given; `used` lists those allowed.
void refuse_others(const ObjectiveSettings& settings, std::span<const char* const> used);

extern const Objective l1_objective;
extern const Objective elastic_net_objective;
extern const Objective perspective_objective;
extern const Objective min_norm_objective;

}  // namespace simplicit
