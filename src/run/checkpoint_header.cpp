#include "run/checkpoint_header.hpp"

#include <simplicit/base/provenance.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace simplicit {
namespace {

/// How a user knows a field of the header.
std::string title_of(const std::string& key) {
  static const std::array<std::pair<const char*, const char*>, 4> titles{
      {{"states_digest", "the content of the states file (its fingerprint)"},
       {"git_hash", "the commit of simplicit"},
       {"version", "the version of simplicit"},
       {"cpu_type", "the type of the processor"}}};
  const auto* const found =
      std::find_if(titles.begin(), titles.end(), [&](const auto& title) { return key == title.first; });
  return found != titles.end() ? found->second : "the number of " + key;
}

/// How a user knows a setting by its key.
std::string flag_of(const std::string& key) {
  TrainSettings settings;
  for (const Setting& setting : settings_of(settings)) {
    if (setting.key == key) return setting.flag;
  }
  return key == "lambda_rel_path" ? "the list of penalties" : "--" + key;
}

std::string in_words(const nlohmann::json& value) {
  if (value.is_null()) return "not given";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

template <class Title>
void add_differences(const nlohmann::json& before, const nlohmann::json& now, Title title,
                     std::string& text) {
  nlohmann::json keys = before;
  keys.update(now);
  for (const auto& item : keys.items()) {
    const nlohmann::json old_value = before.value(item.key(), nlohmann::json());
    const nlohmann::json new_value = now.value(item.key(), nlohmann::json());
    if (item.key() == "settings" || old_value == new_value) continue;
    if (!text.empty()) text += "; ";
    text += title(item.key()) + " was " + in_words(old_value) + ", now " + in_words(new_value);
  }
}

/// The settings that must be the same to resume.
nlohmann::json settings_in(const nlohmann::json& header) {
  const auto settings = header.find("settings");
  nlohmann::json deciding =
      settings != header.end() && settings->is_object() ? *settings : nlohmann::json::object();
  TrainSettings any;
  for (const Setting& setting : settings_of(any)) {
    if (setting.may_change_on_resume) deciding.erase(setting.key);
  }
  return deciding;
}

}  // namespace

nlohmann::json checkpoint_header(const TrainSettings& settings, const StatesHeader& states, Regime regime,
                                 const std::string& states_digest, Index blocks) {
  nlohmann::json deciding = to_json(settings);
  deciding["regime"] = name_of(regime);
  return {{"settings", deciding},          {"states_digest", states_digest},
          {"states", states.states},       {"inputs", states.inputs},
          {"outputs", states.outputs},     {"samples", states.samples},
          {"features", states.features()}, {"blocks", blocks},
          {"version", version()},          {"git_hash", git_hash()},
          {"cpu_type", cpu_type()}};
}

std::string differences_between(const nlohmann::json& before, const nlohmann::json& now) {
  std::string text;
  add_differences(settings_in(before), settings_in(now), flag_of, text);
  add_differences(before, now, title_of, text);
  return text;
}

}  // namespace simplicit
