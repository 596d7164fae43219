#pragma once

#include <simplicit/base/types.hpp>

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// A setting is what a user may say about a command. All that is to be known about one stands in one record:
// its flag, where its value is kept, what it is for, what it accepts, how it is recorded. The parser of the
// command line, the help, the checks, the provenance of files and the header of a journal all go through
// lists of these records, so that a new flag is one more record.

namespace simplicit {

/// An interval of finite numbers, with or without its ends.
struct Bounds {
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  bool without_lowest = false;
  bool without_highest = false;

  /// Whether `value` is finite and inside.
  [[nodiscard]] bool hold(double value) const;
  /// Such as "at least 0 and below 1"; "a finite number" when every one is allowed.
  [[nodiscard]] std::string in_words() const;
};

[[nodiscard]] inline Bounds above(double lowest) {
  return {.lowest = lowest, .without_lowest = true};
}
[[nodiscard]] inline Bounds at_least(double lowest) {
  return {.lowest = lowest};
}
/// Above `lowest` and below `highest`.
[[nodiscard]] inline Bounds inside(double lowest, double highest) {
  return {lowest, highest, true, true};
}
/// From `lowest` to `highest`, both allowed.
[[nodiscard]] inline Bounds from_to(double lowest, double highest) {
  return {lowest, highest, false, false};
}

/// A value that is one of several names.
struct Choice {
  std::vector<std::string> names;
  std::function<void(std::size_t place)> choose;  ///< makes the name at this place the value
  std::function<std::string()> chosen;            ///< the name that holds
  std::string open = {};                          ///< what `chosen` says when the user left the choice open
};

/// A choice kept in `value`, by the names of its values.
template <class Value>
[[nodiscard]] Choice choice_of(Value& value, const std::vector<std::pair<std::string, Value>>& names) {
  Choice choice;
  for (const auto& [name, each] : names) choice.names.push_back(name);
  choice.choose = [&value, names](std::size_t place) { value = names[place].second; };
  choice.chosen = [&value, names] {
    for (const auto& [name, each] : names) {
      if (each == value) return name;
    }
    return std::string("unknown");
  };
  return choice;
}

/// A choice that a user may leave open; `open` is what is recorded then.
template <class Value>
[[nodiscard]] Choice choice_of(std::optional<Value>& value, const std::string& open,
                               const std::vector<std::pair<std::string, Value>>& names) {
  Choice choice;
  for (const auto& [name, each] : names) choice.names.push_back(name);
  choice.choose = [&value, names](std::size_t place) { value = names[place].second; };
  choice.chosen = [&value, names, open] {
    for (const auto& [name, each] : names) {
      if (value && each == *value) return name;
    }
    return open;
  };
  choice.open = open;
  return choice;
}

/// A choice among texts.
[[nodiscard]] Choice choice_of(std::string& value, std::vector<std::string> names);

/// Where a setting is kept. An optional one that is not given has no value.
using SettingPlace = std::variant<bool*, int*, Index*, std::uint64_t*, double*, std::string*,
                                  std::optional<int>*, std::optional<Index>*, std::optional<double>*,
                                  std::optional<std::string>*, std::vector<int>*, std::vector<Index>*,
                                  std::vector<double>*, std::vector<std::string>*, Choice>;

/// One setting, described once for everybody who deals with it.
struct Setting {
  std::string flag;       ///< "--kappa"; without dashes the name of an argument that has no flag, as "states"
  SettingPlace place;     ///< what stands there before parsing is the default
  std::string help;       ///< whole words; the choices and the default are added where the help is printed
  std::string unit = {};  ///< stands for the value in the help: "FILE", "V"
  std::string group = {};               ///< heading in the help; empty for that of most options
  Bounds bounds = {};                   ///< of a number, or of every number of a list
  std::size_t numbers = 0;              ///< how many numbers a list must have; 0: any
  std::vector<std::string> names = {};  ///< the texts that a list may hold; empty: any
  bool required = false;
  std::string without =
      {};                ///< what holds when it is not given, in the help, where the default does not tell
  std::string key = {};  ///< in JSON (provenance, reports, journals); empty: it is not recorded
  bool may_change_on_resume = false;  ///< a journal is resumed although this recorded value differs
};

/// Takes the words that followed the flag. Throws InputError naming the flag and what it was given when that
/// is no number, out of bounds or none of the names.
void assign(const Setting& setting, const std::vector<std::string>& words);

/// Throws InputError naming the first flag whose value is out of bounds, and the value.
void require_in_bounds(const std::vector<Setting>& settings);

/// The values of all recorded settings by their keys; null where an optional one has none.
[[nodiscard]] nlohmann::json to_json(const std::vector<Setting>& settings);

/// The value as text, for the help; empty when there is none.
[[nodiscard]] std::string value_text(const Setting& setting);
/// The names to choose from; empty when the setting is no choice.
[[nodiscard]] const std::vector<std::string>& names_of(const Setting& setting);

/// The settings of these groups.
[[nodiscard]] std::vector<Setting> of_groups(const std::vector<Setting>& settings,
                                             std::initializer_list<const char*> groups);
/// Those without these flags.
[[nodiscard]] std::vector<Setting> without(const std::vector<Setting>& settings,
                                           std::initializer_list<const char*> flags);
/// One list after the other.
[[nodiscard]] std::vector<Setting> together(std::vector<Setting> first, const std::vector<Setting>& second);

}  // namespace simplicit
