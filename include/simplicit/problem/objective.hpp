#pragma once

#include <simplicit/base/setting.hpp>
#include <simplicit/problem/penalty.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace simplicit {

/// Headings in the help of the flags that say what is solved, and how large its penalty is.
inline constexpr const char* problem_group = "Problem";
inline constexpr const char* penalty_group = "Penalty";

/// What a user says about the objective; which of these are needed depends on its name.
struct ObjectiveSettings {
  std::string name = "l1";
  std::optional<double> lambda;      ///< penalty weight as it stands
  std::optional<double> lambda_rel;  ///< penalty weight as a fraction of each row's own lambda_max
  /// The parameters that belong to single objectives, by their keys (see ObjectiveParameter).
  std::map<std::string, std::optional<double>> own;

  /// The parameter of this key, if it was given.
  [[nodiscard]] std::optional<double> parameter(const std::string& key) const;
};

/// A number that one objective alone needs, with a flag of its own.
struct ObjectiveParameter {
  const char* flag;  ///< "--gamma"
  const char* key;   ///< "gamma"
  const char* help;
  Bounds bounds;
  bool sets_penalty;  ///< it decides how large the penalty is, so that a path or --keep leaves no room for it
};

/// One way to measure the weights of a row. Everything about one, its flags included, stands in
/// objective.cpp.
struct Objective {
  const char* name;
  const char* summary;  ///< one line for --help
  std::span<const ObjectiveParameter> parameters;
  /// Throws InputError when what is given does not say how large the penalty is; null when there is nothing
  /// to say.
  void (*require_penalty)(const ObjectiveSettings& settings);
  /// h of a row whose lambda_max is known; null for an objective that matches within delta instead of
  /// penalising.
  Penalty (*penalty)(const ObjectiveSettings& settings, double lambda_max);

  /// Throws InputError naming the flag that is missing, out of bounds or does not belong to this objective.
  void validate(const ObjectiveSettings& settings) const;
};

/// All objectives, in the order of the documentation.
[[nodiscard]] std::span<const Objective* const> objectives();
/// Throws InputError listing the names when there is none of this name.
[[nodiscard]] const Objective& objective_named(const std::string& name);

/// The settings of all objectives; `settings` must outlive them.
[[nodiscard]] std::vector<Setting> settings_of(ObjectiveSettings& settings);
/// Whether a flag was given that says how large the penalty is.
[[nodiscard]] bool penalty_given(const ObjectiveSettings& settings);

/// lambda itself, or the fraction of lambda_max.
[[nodiscard]] double lambda_of(const ObjectiveSettings& settings, double lambda_max);
/// delta of min-norm, the relative residual it allows; 0, exact matching, when it was not given.
[[nodiscard]] double delta_of(const ObjectiveSettings& settings);

}  // namespace simplicit
