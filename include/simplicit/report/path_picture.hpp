#pragma once

#include <simplicit/path/path_table.hpp>
#include <simplicit/report/picture.hpp>
#include <simplicit/report/sources.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// Accuracy against the share of weights kept: one curve a path, the baseline pruned by magnitude beside it,
/// one curve a folder of evaluations, and the baseline as a line. Empty unless a path knows the share kept or
/// two evaluations know share and accuracy.
[[nodiscard]] std::optional<Picture> kept_picture(const std::vector<PathSource>& paths,
                                                  const std::vector<ScoreSource>& evaluations,
                                                  const std::string& file);

/// The picture of one path on its own, drawn with gnuplot to `file`; returns what went wrong, or nothing.
[[nodiscard]] std::optional<std::string> draw_path(const PathTable& table, const std::string& name,
                                                   const std::string& file);

}  // namespace simplicit::report
