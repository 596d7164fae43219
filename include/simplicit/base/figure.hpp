#pragma once

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

// A figure is a number that a command finds out and tells. All that is to be known about one stands in one
// record: its name in JSON, how a person is told it, what it means and where it comes from. Reports, tables
// and pages go through lists of these records, so that a figure more is one more record.

namespace simplicit {

/// How a number is printed.
struct Print {
  const char* format;  ///< of fmt
  double factor = 1;   ///< the number is multiplied by this first
  bool whole = false;  ///< a count: stored as an integer
};
inline constexpr Print as_count{"{:.0f}", 1, true};
inline constexpr Print as_percent{"{:.2f} %", 100};
inline constexpr Print as_number{"{:.4g}"};
inline constexpr Print as_exact_number{"{:.6g}"};
inline constexpr Print as_tiny_number{"{:.2e}"};
inline constexpr Print as_seconds{"{:.2f}"};

/// One figure of something of type Of.
template <class Of>
struct Figure {
  const char* key;    ///< place in a JSON report, as "/seconds/read"
  const char* line;   ///< the line of a table it is printed on; empty: on none
  const char* title;  ///< before the number, where several figures share the line
  Print print;
  const char* meaning;                            ///< what it is, with its unit
  std::optional<double> (*of)(const Of& source);  ///< none when it is unknown
};

/// A figure with its value, whatever it is a figure of.
struct FigureValue {
  const char* key;
  const char* line;
  const char* title;
  Print print;
  const char* meaning;
  std::optional<double> value;
};

/// Adds figures without values, for who reads these elsewhere.
template <class Of, std::size_t count>
void append(std::vector<FigureValue>& all, const std::array<Figure<Of>, count>& figures) {
  for (const Figure<Of>& figure : figures) {
    all.push_back({figure.key, figure.line, figure.title, figure.print, figure.meaning, std::nullopt});
  }
}

template <class Of, std::size_t count>
[[nodiscard]] std::vector<FigureValue> values_of(const std::array<Figure<Of>, count>& figures,
                                                 const Of& source) {
  std::vector<FigureValue> values;
  append(values, figures);
  for (std::size_t i = 0; i < count; ++i) values[i].value = figures[i].of(source);
  return values;
}

/// The value of a figure that is a count.
[[nodiscard]] inline std::optional<double> counted(std::int64_t number) {
  return static_cast<double>(number);
}

/// The figures without the one of this key.
[[nodiscard]] std::vector<FigureValue> without(std::vector<FigureValue> figures, const std::string& key);

/// Puts every figure at its place in the record; null where it is unknown.
void add_to(nlohmann::json& record, std::span<const FigureValue> figures);

/// "12.50 %", or "unknown".
[[nodiscard]] std::string text_of(const Print& print, const std::optional<double>& value);

/// One line of a table: what it is called, the numbers as text, what they are.
struct FigureLine {
  std::string name;
  std::string value;
  std::string meaning;
};

/// One line for each `line` that occurs, in the order of the figures; its numbers have commas between them
/// but before "of", "on" and brackets.
[[nodiscard]] std::vector<FigureLine> lines_of(std::span<const FigureValue> figures);

/// The lines as text: the name in a column of `width` characters after `indent`, then the numbers.
[[nodiscard]] std::string table_of(std::span<const FigureValue> figures, int width,
                                   const std::string& indent = "");

}  // namespace simplicit
