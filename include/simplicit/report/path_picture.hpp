#pragma once

#include <simplicit/path/path_table.hpp>

#include <optional>
#include <string>

namespace simplicit::report {

/// The picture of one path on its own, accuracy against the share of weights kept, drawn with gnuplot to
/// `file`; returns what went wrong, or nothing.
[[nodiscard]] std::optional<std::string> draw_path(const PathTable& table, const std::string& name,
                                                   const std::string& file);

}  // namespace simplicit::report
