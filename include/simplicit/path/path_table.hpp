#pragma once

#include <simplicit/path/follow_path.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// The figures of a path as columns of the same length, one entry for each point; NaN is unknown.
struct PathTable {
  struct Column {
    std::string name;
    std::vector<double> values;
  };
  std::vector<Column> columns;
  std::optional<double> baseline_accuracy;  ///< on the test samples
  nlohmann::json provenance;

  /// The values of a column; empty when there is none of this name.
  [[nodiscard]] std::vector<double> column(const std::string& name) const;
  [[nodiscard]] std::size_t points() const { return columns.empty() ? 0 : columns.front().values.size(); }
};

/// Columns (docs/files.md): lambda_rel, kept, nnz_a, nnz_b, nnz_c, nnz_d, objective_ab, objective_cd,
/// max_relative_gap, missed_rows, ball_active, norm_a_inf, spectral_radius_abs_a, sensitivity_inf, accuracy,
/// agreement, state_error, output_error, certified_radius, pruned_accuracy, seconds.
[[nodiscard]] PathTable path_table(const PathOutcome& outcome);

/// One line for each point under a line of names, unknown figures left empty.
[[nodiscard]] std::string to_csv(const PathTable& table);
/// The figures a person looks for first, aligned.
[[nodiscard]] std::string to_text(const PathTable& table);

/// The names of the columns that to_text and pictures show of a path, with shared rows or without.
[[nodiscard]] std::vector<std::string> shown_columns(bool shared_rows);

/// Path file: attributes format = "simplicit-path", format_version = 1, baseline_accuracy (when known),
/// provenance (JSON); one float64 dataset (points) a column. Written under a temporary name and renamed.
void write_path(const PathTable& table, const std::string& path);
/// Throws InputError naming file, dataset and fault.
[[nodiscard]] PathTable read_path(const std::string& path);

}  // namespace simplicit
