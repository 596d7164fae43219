#pragma once

#include <optional>
#include <string>

namespace simplicit::report {

/// Runs the gnuplot found on PATH on `script` (a file name inside `directory`) with `directory` as its
/// working directory. Returns what went wrong, or nothing when all pictures were drawn.
[[nodiscard]] std::optional<std::string> run_gnuplot(const std::string& directory, const std::string& script);

/// Text between single quotes for gnuplot.
[[nodiscard]] std::string gnuplot_quoted(const std::string& text);

}  // namespace simplicit::report
