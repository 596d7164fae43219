#pragma once

#include <simplicit/base/setting.hpp>
#include <simplicit/evaluate/robust_scores.hpp>
#include <simplicit/system/declared_files.hpp>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace simplicit::cli {

/// Whether one of the flags `given` asks for certificates sample by sample, or names the epsilons of them.
[[nodiscard]] bool certificates_wanted(const std::set<std::string>& given);
/// Whether one of them cannot do without labels.
[[nodiscard]] bool needs_labels(const std::set<std::string>& given);

/// The settings of `evaluate` that say how samples are certified.
class CertifyOptions {
 public:
  /// They point into this object, which outlives the list.
  [[nodiscard]] std::vector<Setting> settings_list();
  /// What --input-range names; throws InputError naming it.
  [[nodiscard]] std::optional<std::pair<double, double>> input_range() const;
  /// Throws InputError naming the flag.
  [[nodiscard]] RobustScoresSettings settings(const std::vector<double>& epsilons,
                                              const nlohmann::json& provenance,
                                              const std::set<std::string>& given) const;
  void declare(DeclaredFiles& files) const;
  /// Throws InputError where a journal and --resume do not go together.
  void check_checkpoint() const;

 private:
  std::vector<double> input_range_;
  RobustScoresSettings settings_;
};

}  // namespace simplicit::cli
