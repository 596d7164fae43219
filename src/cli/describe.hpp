#pragma once

#include <simplicit/hdf5/file.hpp>

#include <nlohmann/json.hpp>

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

[[nodiscard]] std::string describe_states(const std::string& path);
[[nodiscard]] std::string describe_model(const std::string& path);
[[nodiscard]] std::string describe_baseline(const std::string& path);
[[nodiscard]] std::string describe_path(const std::string& path);
/// An ONNX network: whether its states can be captured, how many there are, or every reason why not.
[[nodiscard]] std::string describe_network(const std::string& path);

/// "model.h5: model file, 1.50 MiB"
[[nodiscard]] std::string heading(const std::string& path, const std::string& kind);
/// One line a leaf of the record, nested names joined by blanks.
void add_provenance(Description& description, const nlohmann::json& provenance);
/// One line a dataset or group below `group` that is not among `known`, with shape and type.
void add_contents(Description& description, const hdf5::File& file, const std::string& group,
                  const std::vector<std::string>& known);
/// "3 of 4 (75.0 %)"
[[nodiscard]] std::string fraction_text(long long part, long long whole);
[[nodiscard]] std::string yes_or_no(bool yes);

}  // namespace simplicit::cli
