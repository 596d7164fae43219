#include "cli/describe.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/base/printable.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace simplicit::cli {
namespace {

constexpr int deepest_listed_group = 8;

std::string type_text(const hdf5::DatasetInfo& info) {
  const std::size_t bits = 8 * info.bytes_per_value;
  switch (info.kind) {
    case hdf5::Kind::floating:
      return fmt::format("float{}", bits);
    case hdf5::Kind::integer:
      return fmt::format("int{}", bits);
    case hdf5::Kind::boolean:
      return "boolean";
    case hdf5::Kind::text:
      return "text";
    case hdf5::Kind::other:
      break;
  }
  return "neither numbers nor text";
}

bool listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_group(Description& description, const hdf5::File& file, const std::string& group, int depth,
               const std::vector<std::string>& known) {
  for (const std::string& name : file.names_in(group)) {
    if (listed(known, name)) continue;
    const std::string object = (group == "/" ? "" : group + "/") + name;
    if (!file.has(object)) {
      description.add(object, "a link that leads nowhere");
    } else if (file.is_dataset(object)) {
      const hdf5::DatasetInfo info = file.dataset(object);
      description.add(object, hdf5::shape_text(info.shape) + " " + type_text(info));
    } else if (depth < deepest_listed_group) {
      description.add(object + "/", "group");
      add_group(description, file, object, depth + 1, {});
    }
  }
}

/// "learning_rate" inside "settings" -> "settings learning rate"; what is null was not set and is left out.
void add_record(Description& description, const nlohmann::json& record, const std::string& prefix) {
  for (const auto& [name, value] : record.items()) {
    std::string label = prefix + name;
    std::replace(label.begin(), label.end(), '_', ' ');
    if (value.is_object()) {
      add_record(description, value, label + " ");
    } else if (!value.is_null()) {
      description.add(label, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
}

/// An HDF5 file that is no states, model, path or baseline file.
std::string describe_other(const hdf5::File& file, const std::string& format) {
  const std::string kind = format.empty()                  ? "an HDF5 file that does not say what it is"
                           : format == "simplicit-outputs" ? "outputs of a model"
                                                           : "format " + format;
  Description description(heading(file.path(), kind));
  add_contents(description, file, "/", {});
  return description.text();
}

bool looks_like_states(const hdf5::File& file) {
  return file.has("U") && file.has("X") && file.has("Z") && file.has("Y");
}

}  // namespace

Description::Description(const std::string& heading) : heading_(printable(heading)) {}

void Description::add(const std::string& label, const std::string& value) {
  lines_.emplace_back(printable(label), printable(value));
}

std::string Description::text() const {
  std::size_t width = 0;
  for (const auto& [label, value] : lines_) width = std::max(width, label.size());
  std::string text = heading_ + "\n";
  for (const auto& [label, value] : lines_) text += fmt::format("  {:<{}}  {}\n", label, width, value);
  return text;
}

std::string heading(const std::string& path, const std::string& kind) {
  return fmt::format("{}: {}, {}", path, kind, human_size(std::filesystem::file_size(path)));
}

void add_provenance(Description& description, const nlohmann::json& provenance) {
  if (provenance.is_object()) add_record(description, provenance, "");
}

void add_contents(Description& description, const hdf5::File& file, const std::string& group,
                  const std::vector<std::string>& known) {
  add_group(description, file, group, 0, known);
}

std::string fraction_text(long long part, long long whole) {
  const double percent = whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{} of {} ({:.3g} %)", part, whole, percent);
}

std::string yes_or_no(bool yes) {
  return yes ? "yes" : "no";
}

std::string describe_file(const std::string& path) {
  if (is_onnx_name(path)) return describe_network(path);
  const hdf5::File file = hdf5::File::open(path);
  const std::string format = file.has_attribute("/", "format") ? file.text_attribute("/", "format") : "";
  if (format == "simplicit-model") return describe_model(path);
  if (format == "simplicit-baseline") return describe_baseline(path);
  if (format == "simplicit-path") return describe_path(path);
  if (format == "simplicit-states" || (format.empty() && looks_like_states(file)))
    return describe_states(path);
  return describe_other(file, format);
}

}  // namespace simplicit::cli
