#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/model/shared_model.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// A picture: the file it is drawn to, what it shows, and the gnuplot commands (data included) that draw it.
struct Picture {
  std::string file;
  std::string title;
  std::string caption;
  std::string commands;
};

/// Sizes of the hidden layers, last layer first, and the tolerance, where the provenance of a model tells
/// them.
[[nodiscard]] std::vector<Index> layer_sizes_of(const ImplicitModel& model);
[[nodiscard]] std::optional<double> tolerance_of(const nlohmann::json& provenance);

/// Where the nonzeros of [A B; C D] sit, layers marked.
[[nodiscard]] Picture matrices_picture(const ImplicitModel& model, const std::string& file);
/// Nonzeros and relative gap of every row, the gap on a logarithmic axis beside the tolerance.
[[nodiscard]] Picture rows_picture(const ImplicitModel& model, const std::string& file);
[[nodiscard]] Picture rows_picture(const SharedModel& model, const std::string& file);
/// Rows and seconds of every rank; empty when the report has no `per_rank`.
[[nodiscard]] std::optional<Picture> ranks_picture(const nlohmann::json& training, const std::string& file);
/// Accuracy against the size of the attack; empty when no attack was run.
[[nodiscard]] std::optional<Picture> attacks_picture(const nlohmann::json& evaluation,
                                                     const std::string& file);

/// The head every picture starts with: terminal, fonts and the colours all pictures share (told apart by
/// colour-blind readers too).
[[nodiscard]] std::string picture_head(const std::string& file, int width, int height);

}  // namespace simplicit::report
