#pragma once

#include <optional>
#include <string>

namespace simplicit::report {

/// Runs the gnuplot found on PATH on `script` (a file name inside `directory`) with `directory` as its
/// working directory, without the user's gnuplot settings. It cannot start other programs where the kernel
/// filters system calls (seccomp), and it ends when this process does. Returns what went wrong, or nothing
/// when all pictures were drawn.
[[nodiscard]] std::optional<std::string> run_gnuplot(const std::string& directory, const std::string& script);

/// A text from outside as the first line of a data block, from where "title columnheader(1) noenhanced" takes
/// it: gnuplot reads it as data and never as a command.
[[nodiscard]] std::string title_line(const std::string& text);

}  // namespace simplicit::report
