#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/base/printable.hpp>
#include <simplicit/evaluate/attack.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/report/sources.hpp>

#include <algorithm>
#include <filesystem>

namespace simplicit::report {
namespace {

using nlohmann::json;

bool is_path(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  return file.has_attribute("/", "format") && file.text_attribute("/", "format") == "simplicit-path";
}

json read_json(const std::string& path) {
  json scores = json_from_file(path);
  if (!scores.is_object()) {
    throw InputError(path + ": is neither a model or path file nor the JSON report of train or evaluate");
  }
  return scores;
}

bool has_all(const json& scores, std::initializer_list<const char*> keys) {
  return std::all_of(keys.begin(), keys.end(), [&](const char* key) { return scores.contains(key); });
}

/// The objects of a list in a report, each with these keys holding numbers (or null where they may); no list
/// counts as an empty one.
void require_entries(const ScoreSource& source, const std::string& list,
                     std::initializer_list<const char*> numbers,
                     std::initializer_list<const char*> numbers_or_null) {
  const json entries = source.scores.value(list, json::array());
  const auto refuse = [&](std::size_t entry, const std::string& fault) {
    throw InputError(source.path + ": '" + list + "[" + std::to_string(entry) + "]" + fault);
  };
  if (!entries.is_array()) throw InputError(source.path + ": '" + list + "' is not a list");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const json& entry = entries[i];
    if (!entry.is_object()) refuse(i, "' is not a JSON object");
    for (const char* key : numbers) {
      if (!entry.contains(key) || !entry.at(key).is_number())
        refuse(i, std::string(".") + key + "' is not a number");
    }
    for (const char* key : numbers_or_null) {
      if (entry.contains(key) && !entry.at(key).is_number() && !entry.at(key).is_null()) {
        refuse(i, std::string(".") + key + "' is neither a number nor null");
      }
    }
  }
}

/// Names that are not ours could be anything: a command, or a page.
void require_known_attacks(const ScoreSource& source) {
  const json attacks = source.scores.value("attacks", json::array());
  for (std::size_t i = 0; i < attacks.size(); ++i) {
    const json name = attacks[i].value("name", json());
    const std::string field = source.path + ": 'attacks[" + std::to_string(i) + "].name'";
    if (!name.is_string()) throw InputError(field + " is not a text");
    try {
      (void)attack_from_name(name.get<std::string>());
    } catch (const InputError& fault) {
      throw InputError(field + ": " + printable(fault.what()));
    }
  }
}

ScoreSource checked_evaluation(const std::string& path, json scores) {
  ScoreSource source{path, std::move(scores)};
  require_entries(source, "attacks", {"epsilon"}, {"accuracy", "baseline_accuracy"});
  require_entries(source, "certified", {"epsilon"}, {"accuracy"});
  require_entries(source, "classes", {"class", "samples"}, {"accuracy", "baseline_accuracy"});
  require_known_attacks(source);
  return source;
}

ScoreSource checked_training(const std::string& path, json scores) {
  ScoreSource source{path, std::move(scores)};
  require_entries(source, "per_rank", {"rank", "rows", "seconds"}, {});
  return source;
}

}  // namespace

Sources read_sources(const std::vector<std::string>& paths) {
  Sources sources;
  for (const std::string& path : paths) {
    if (hdf5::has_signature(path)) {
      if (is_path(path)) {
        sources.paths.push_back({path, read_path(path)});
      } else if (is_shared_model(path)) {
        sources.shared_models.push_back({path, read_shared_model(path)});
      } else {
        sources.models.push_back({path, read_model(path)});
      }
      continue;
    }
    json scores = read_json(path);
    if (has_all(scores, {"rows", "solved", "seconds"})) {
      sources.trainings.push_back(checked_training(path, std::move(scores)));
    } else if (has_all(scores, {"samples", "output_error"})) {
      sources.evaluations.push_back(checked_evaluation(path, std::move(scores)));
    } else {
      throw InputError(path +
                       ": has the keys of neither a train report (rows, solved, seconds) nor an evaluate "
                       "report (samples, output_error)");
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
