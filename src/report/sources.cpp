#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/report/sources.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace simplicit::report {
namespace {

using nlohmann::json;

std::ifstream open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path + ": does not exist or cannot be read");
  return file;
}

bool is_hdf5(const std::string& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::array<char, 8> head{};
  open(path).read(head.data(), head.size());
  return head == signature;
}

bool is_path(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  return file.has_attribute("/", "format") && file.text_attribute("/", "format") == "simplicit-path";
}

json read_json(const std::string& path) {
  std::ifstream file = open(path);
  json scores = json::parse(file, nullptr, false);
  if (!scores.is_object()) {
    throw InputError(path + ": is neither a model or path file nor the JSON report of train or evaluate");
  }
  return scores;
}

bool has_all(const json& scores, std::initializer_list<const char*> keys) {
  return std::all_of(keys.begin(), keys.end(), [&](const char* key) { return scores.contains(key); });
}

}  // namespace

Sources read_sources(const std::vector<std::string>& paths) {
  Sources sources;
  for (const std::string& path : paths) {
    if (is_hdf5(path)) {
      if (is_path(path)) {
        sources.paths.push_back({path, read_path(path)});
      } else {
        sources.models.push_back({path, read_model(path)});
      }
      continue;
    }
    json scores = read_json(path);
    if (has_all(scores, {"rows", "solved", "seconds"})) {
      sources.trainings.push_back({path, std::move(scores)});
    } else if (has_all(scores, {"samples", "state_error"})) {
      sources.evaluations.push_back({path, std::move(scores)});
    } else {
      throw InputError(path +
                       ": has the keys of neither a train report (rows, solved, seconds) nor an evaluate "
                       "report (samples, state_error)");
    }
  }
  return sources;
}

std::optional<double> number_at(const json& object, const char* key) {
  const json value = object.value(key, json());
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::string folder_of(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().parent_path().filename().string();
}

}  // namespace simplicit::report
