#include <simplicit/base/figure.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>

namespace simplicit {
namespace {

nlohmann::json json_of(const FigureValue& figure) {
  if (!figure.value) return {};
  if (figure.print.whole) return static_cast<std::int64_t>(std::llround(*figure.value));
  return *figure.value;
}

// "42 of 50", "0.95 (3 rows)" and "2.5 on 4 ranks" are one figure after the other without a comma.
bool goes_on(const std::string& text) {
  return text.starts_with("of ") || text.starts_with("on ") || text.starts_with('(');
}

}  // namespace

std::vector<FigureValue> without(std::vector<FigureValue> figures, const std::string& key) {
  std::erase_if(figures, [&](const FigureValue& figure) { return figure.key == key; });
  return figures;
}

void add_to(nlohmann::json& record, std::span<const FigureValue> figures) {
  for (const FigureValue& figure : figures) {
    record[nlohmann::json::json_pointer(figure.key)] = json_of(figure);
  }
}

std::string text_of(const Print& print, const std::optional<double>& value) {
  if (!value) return "unknown";
  return fmt::format(fmt::runtime(print.format), print.factor * *value);
}

std::vector<FigureLine> lines_of(std::span<const FigureValue> figures) {
  std::vector<FigureLine> lines;
  for (const FigureValue& figure : figures) {
    const std::string name = figure.line;
    if (name.empty()) continue;
    const std::string title = figure.title;
    const std::string text = (title.empty() ? "" : title + " ") + text_of(figure.print, figure.value);
    if (lines.empty() || lines.back().name != name) {
      lines.push_back({name, text, figure.meaning});
    } else {
      lines.back().value += (goes_on(text) ? " " : ", ") + text;
      lines.back().meaning += std::string("; ") + figure.meaning;
    }
  }
  return lines;
}

std::string table_of(std::span<const FigureValue> figures, int width, const std::string& indent) {
  std::string table;
  for (const FigureLine& line : lines_of(figures)) {
    table += fmt::format("{}{:<{}} {}\n", indent, line.name, width, line.value);
  }
  return table;
}

}  // namespace simplicit
