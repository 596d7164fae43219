#pragma once

#include <simplicit/cli/command.hpp>
#include <simplicit/evaluate/robust_scores.hpp>
#include <simplicit/system/declared_files.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace simplicit::cli {

/// The flags of `evaluate` that ask for certificates sample by sample.
class CertifyOptions {
 public:
  void add_to(CLI::App& command);

  /// Whether any of them, or a list of epsilons, was given.
  [[nodiscard]] bool wanted() const;
  /// Whether one was given that cannot do without labels.
  [[nodiscard]] bool needs_labels() const;
  /// What --input-range names; throws InputError naming it.
  [[nodiscard]] std::optional<std::pair<double, double>> input_range() const;
  /// Throws InputError naming the flag.
  [[nodiscard]] RobustScoresSettings settings(const std::vector<double>& epsilons,
                                              const nlohmann::json& provenance) const;
  void declare(DeclaredFiles& files) const;
  /// Throws InputError where a journal and --resume do not go together.
  void check_checkpoint() const;

 private:
  CLI::App* command_ = nullptr;
  std::string level_ = "exact";
  std::vector<double> input_range_;
  RobustScoresSettings settings_;
};

}  // namespace simplicit::cli
