#pragma once

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// Where the page lies, and why its pictures are missing if they are.
struct WrittenReport {
  std::string page;
  std::optional<std::string> missing_pictures;
};

/// Reads the files, draws the pictures with gnuplot and writes `directory`/index.html, one process. The
/// directory is made when only its last part is missing. Throws InputError naming the file at fault.
[[nodiscard]] WrittenReport write_report(const std::vector<std::string>& paths, const std::string& directory);

}  // namespace simplicit::report
