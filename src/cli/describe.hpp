#pragma once

#include <string>
#include <utility>
#include <vector>

namespace simplicit::cli {

/// A heading and lines of "label  value", the values below each other.
class Description {
 public:
  explicit Description(const std::string& heading);
  /// Both may come from the file; they are shown as one line without control characters.
  void add(const std::string& label, const std::string& value);
  [[nodiscard]] std::string text() const;

 private:
  std::string heading_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

/// What a person wants to know of an HDF5 file: in our words for states, models, baselines and outputs, as a
/// list of its datasets for any other. Throws InputError when the file cannot be read or breaks its format.
[[nodiscard]] std::string describe_file(const std::string& path);

}  // namespace simplicit::cli
