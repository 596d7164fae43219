#pragma once

#include <simplicit/base/figure.hpp>
#include <simplicit/evaluate/class_accuracy.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/model/model_size.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// The part of samples that the model decides rightly, and provably goes on to under perturbations up to
/// epsilon.
struct CertifiedAccuracy {
  double epsilon = 0;  ///< inf norm, in the unit of the inputs, or of the pixels where these are known
  std::optional<double> accuracy;
  /// The other parts, which sum to 1 with it, where proofs and counterexamples were looked for.
  struct Others {
    double attacked = 0;  ///< decided rightly, but a counterexample is known
    double open = 0;
    double misclassified = 0;
  };
  std::optional<Others> others = std::nullopt;
};

/// The part of samples decided rightly although an attack moved their inputs by up to epsilon.
struct AttackedAccuracy {
  std::string name;    ///< of the attack
  double epsilon = 0;  ///< inf norm, in the unit of the inputs
  double accuracy = 0;
  std::optional<double> baseline_accuracy;  ///< of the baseline, attacked through its own gradients
};

/// Wall seconds of the parts of an evaluation, of the rank that took longest each.
struct EvaluateSeconds {
  double read = 0;       ///< of the samples
  double inference = 0;  ///< equilibria and outputs alone, no scores
  double attack = 0;
  double certify = 0;
  double total = 0;  ///< of the whole command
};

/// What `evaluate` finds out about a model on the samples of a states file.
struct Scores {
  Index samples = 0;
  std::optional<double> accuracy;           ///< of the model's decisions; none without labels
  std::optional<double> baseline_accuracy;  ///< of the decisions from the file's Y
  /// Of the baseline with as many parameters as the model has nonzeros, the largest in magnitude; none
  /// without labels or where the file does not hold the baseline.
  std::optional<double> pruned_accuracy;
  double agreement = 0;            ///< part of samples on which both decide the same
  double state_error = 0;          ///< |X_model - X|_F / |X|_F, in the scale of the model
  double output_error = 0;         ///< |Y_model - Y|_F / |Y|_F
  FixedPointEvidence fixed_point;  ///< maxima over the samples
  double norm_a_inf = 0;
  double spectral_radius_abs_a = 0;
  double sensitivity_inf = 0;
  Index nonzeros_a = 0, nonzeros_b = 0, nonzeros_c = 0, nonzeros_d = 0;
  std::optional<double> kept;
  ModelSize size;
  double radius_median = 0;  ///< over all samples, of the model's own decision, right or wrong
  double radius_max = 0;
  std::string certified_by = "global";  ///< the bound of `certified`: global, interval, linear or exact
  std::string radius_by = "global";     ///< and that of the radii
  std::vector<CertifiedAccuracy> certified;
  std::vector<CertifiedAccuracy>
      baseline_certified;              ///< the same of the baseline, where it was certified too
  std::vector<ClassAccuracy> classes;  ///< that have samples, in ascending order; none without labels
  std::vector<AttackedAccuracy> attacks;
  bool attacks_clipped = false;  ///< attacked inputs were kept in [0, 1]
  EvaluateSeconds seconds;
};

/// The figures of an evaluation, without values.
[[nodiscard]] std::vector<FigureValue> evaluation_figures();
/// The record of `evaluate --report`; what is unknown or infinite is null.
[[nodiscard]] nlohmann::json to_json(const Scores& scores);
/// The same for a person, aligned, one line per figure.
[[nodiscard]] std::string to_table(const Scores& scores);

}  // namespace simplicit
