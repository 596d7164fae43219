#include <simplicit/base/error.hpp>
#include <simplicit/base/overloaded.hpp>
#include <simplicit/base/setting.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace simplicit {
namespace {

std::string number_text(double value) {
  return fmt::format("{}", value);
}

// "three" reads better than "3" before a noun.
std::string count_text(std::size_t count) {
  constexpr std::array words{"no", "one", "two", "three", "four", "five", "six"};
  return count < words.size() ? words.at(count) : std::to_string(count);
}

[[noreturn]] void refuse_word(const Setting& setting, const std::string& wanted, const std::string& word) {
  throw InputError(fmt::format("{} takes {}, not '{}'", setting.flag, wanted, word));
}

double number_in(const Setting& setting, const std::string& word) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  if (word.empty() || end != word.c_str() + word.size()) refuse_word(setting, "a number", word);
  return value;
}

template <class Integer>
Integer integer_in(const Setting& setting, const std::string& word) {
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(word.c_str(), &end, 10);
  if (word.empty() || end != word.c_str() + word.size()) refuse_word(setting, "a whole number", word);
  if (errno == ERANGE || !std::in_range<Integer>(value)) {
    throw InputError(fmt::format("{} must be {}, not {}", setting.flag, setting.bounds.in_words(), word));
  }
  return static_cast<Integer>(value);
}

template <class Value>
Value value_in(const Setting& setting, const std::string& word) {
  if constexpr (std::is_same_v<Value, std::string>) {
    return word;
  } else if constexpr (std::is_same_v<Value, double>) {
    return number_in(setting, word);
  } else {
    return integer_in<Value>(setting, word);
  }
}

// "1,2" and "1" "2" are both lists of two.
std::vector<std::string> split(const Setting& setting, const std::vector<std::string>& words) {
  if (setting.flag.rfind('-', 0) != 0) return words;  // names of files may hold commas
  std::vector<std::string> parts;
  for (const std::string& word : words) {
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
      end = word.find(',', begin);
      parts.push_back(word.substr(begin, end == std::string::npos ? end : end - begin));
    }
  }
  return parts;
}

std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

[[noreturn]] void refuse_name(const Setting& setting, const std::string& word) {
  throw InputError(fmt::format("{} '{}' is none of {}", setting.flag, word, listed(names_of(setting))));
}

void require_number(const Setting& setting, double value) {
  if (setting.bounds.hold(value)) return;
  throw InputError(
      fmt::format("{} must be {}, not {}", setting.flag, setting.bounds.in_words(), number_text(value)));
}

void require_numbers(const Setting& setting, const std::vector<double>& values) {
  if (setting.numbers > 0 && values.size() != setting.numbers) {
    throw InputError(
        fmt::format("{} needs {} numbers, not {}", setting.flag, count_text(setting.numbers), values.size()));
  }
  for (const double value : values) require_number(setting, value);
}

void require(const Setting& setting) {
  std::visit(
      Overloaded{[&](const Choice& choice) {
                   const std::string chosen = choice.chosen();
                   if (!choice.open.empty() && chosen == choice.open) return;
                   if (std::ranges::find(choice.names, chosen) != choice.names.end()) return;
                   refuse_name(setting, chosen);
                 },
                 [](const bool*) {}, [](const std::string*) {}, [](const std::optional<std::string>*) {},
                 [&]<class Value>(const Value* value) {
                   if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
                     for (const std::string& each : *value) {
                       if (!setting.names.empty() &&
                           std::ranges::find(setting.names, each) == setting.names.end()) {
                         refuse_name(setting, each);
                       }
                     }
                   } else if constexpr (std::is_arithmetic_v<Value>) {
                     require_number(setting, static_cast<double>(*value));
                   } else if constexpr (requires { value->has_value(); }) {
                     if (*value) require_number(setting, static_cast<double>(**value));
                   } else {
                     require_numbers(setting, {value->begin(), value->end()});
                   }
                 }},
      setting.place);
}

nlohmann::json json_of(const Setting& setting) {
  return std::visit(Overloaded{[](const Choice& choice) { return nlohmann::json(choice.chosen()); },
                               []<class Value>(const Value* value) {
                                 if constexpr (requires { value->has_value(); }) {
                                   return *value ? nlohmann::json(**value) : nlohmann::json();
                                 } else {
                                   return nlohmann::json(*value);
                                 }
                               }},
                    setting.place);
}

std::string end_text(const char* with, const char* without, bool is_without, double end) {
  return fmt::format("{} {}", is_without ? without : with, number_text(end));
}

}  // namespace

bool Bounds::hold(double value) const {
  if (!std::isfinite(value)) return false;
  return (without_lowest ? value > lowest : value >= lowest) &&
         (without_highest ? value < highest : value <= highest);
}

std::string Bounds::in_words() const {
  const bool from = std::isfinite(lowest);
  const bool to = std::isfinite(highest);
  const std::string low = end_text("at least", "above", without_lowest, lowest);
  const std::string high = end_text("at most", "below", without_highest, highest);
  if (from && to) return low + " and " + high;
  if (from) return low;
  return to ? high : "a finite number";
}

Choice choice_of(std::string& value, std::vector<std::string> names) {
  Choice choice;
  choice.choose = [&value, names](std::size_t place) { value = names[place]; };
  choice.chosen = [&value] { return value; };
  choice.names = std::move(names);
  return choice;
}

void assign(const Setting& setting, const std::vector<std::string>& words) {
  std::visit(Overloaded{[&](const Choice& choice) {
                          const auto name = std::ranges::find(choice.names, words.back());
                          if (name == choice.names.end()) refuse_name(setting, words.back());
                          choice.choose(static_cast<std::size_t>(name - choice.names.begin()));
                        },
                        [](bool* value) { *value = true; },
                        [&]<class Value>(Value* value) { *value = value_in<Value>(setting, words.back()); },
                        [&]<class Value>(std::optional<Value>* value) {
                          *value = value_in<Value>(setting, words.back());
                        },
                        [&]<class Value>(std::vector<Value>* value) {
                          value->clear();
                          for (const std::string& word : split(setting, words)) {
                            value->push_back(value_in<Value>(setting, word));
                          }
                        }},
             setting.place);
  require(setting);
}

void require_in_bounds(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) require(setting);
}

nlohmann::json to_json(const std::vector<Setting>& settings) {
  nlohmann::json record = nlohmann::json::object();
  for (const Setting& setting : settings) {
    if (!setting.key.empty()) record[setting.key] = json_of(setting);
  }
  return record;
}

std::string value_text(const Setting& setting) {
  return std::visit(
      Overloaded{[](const Choice& choice) { return choice.chosen(); },
                 [](const bool*) { return std::string(); }, [](const std::string* value) { return *value; },
                 []<class Value>(const Value* value) { return fmt::format("{}", *value); },
                 []<class Value>(const std::optional<Value>* value) {
                   return *value ? fmt::format("{}", **value) : std::string();
                 },
                 []<class Value>(const std::vector<Value>* value) {
                   return fmt::format("{}", fmt::join(*value, ","));
                 }},
      setting.place);
}

const std::vector<std::string>& names_of(const Setting& setting) {
  const auto* choice = std::get_if<Choice>(&setting.place);
  return choice != nullptr ? choice->names : setting.names;
}

std::vector<Setting> of_groups(const std::vector<Setting>& settings,
                               std::initializer_list<const char*> groups) {
  std::vector<Setting> chosen;
  for (const Setting& setting : settings) {
    if (std::ranges::find(groups, setting.group) != groups.end()) chosen.push_back(setting);
  }
  return chosen;
}

std::vector<Setting> without(const std::vector<Setting>& settings, std::initializer_list<const char*> flags) {
  std::vector<Setting> left;
  for (const Setting& setting : settings) {
    if (std::ranges::find(flags, setting.flag) == flags.end()) left.push_back(setting);
  }
  return left;
}

std::vector<Setting> together(std::vector<Setting> first, const std::vector<Setting>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace simplicit
