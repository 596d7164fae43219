#pragma once

namespace simplicit::cli {

/// Makes spdlog's default logger write to standard error: from root only, line by line, with the time in a
/// log file and without it on a terminal.
void start_logging(bool is_root);

}  // namespace simplicit::cli
