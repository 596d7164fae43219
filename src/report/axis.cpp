#include "report/axis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace simplicit::report {
namespace {

std::vector<double> sorted(std::vector<double> numbers, bool positive) {
  std::erase_if(numbers, [&](double number) { return !std::isfinite(number) || (positive && number <= 0); });
  std::ranges::sort(numbers);
  return numbers;
}

/// The largest of 1, 2, 5, 10, ... below which `width` has at least four steps.
double step_for(double width) {
  const double power = std::pow(10, std::floor(std::log10(width / 4)));
  for (const double factor : {5.0, 2.0}) {
    if (width / (factor * power) >= 4) return factor * power;
  }
  return power;
}

}  // namespace

std::string percent_axis(char axis, const std::vector<double>& numbers, double depth) {
  const std::vector<double> shown = sorted(numbers, false);
  if (shown.empty()) return "";
  const double high = shown.back();
  const double low = std::max(shown.front(), high - depth);
  const double margin = std::max(0.5, 0.06 * (high - low));
  const double from = std::max(std::min(0.0, high), low - margin);
  const double to = std::min(std::max(100.0, high), high + margin);
  return fmt::format("set {0}range [{1:.6g}:{2:.6g}]\nset {0}tics {3:.6g}\n", axis, from, to,
                     step_for(to - from));
}

std::string log_axis(char axis, const std::vector<double>& numbers) {
  const std::vector<double> shown = sorted(numbers, true);
  if (shown.empty()) return "";
  const double from = shown.front() / 1.15, to = shown.back() * 1.15;
  const bool many = std::log10(to / from) > 3;
  std::vector<std::string> ticks;
  const double first = std::floor(std::log10(from)), last = std::ceil(std::log10(to));
  for (double power = first; power <= last; ++power) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10, power);
      if (tick >= from && tick <= to && (factor == 1 || !many)) ticks.push_back(fmt::format("{:.4g}", tick));
    }
  }
  std::string text =
      fmt::format("set logscale {0}\nset {0}range [{1:.6g}:{2:.6g}]\nset format {0} '%g'\n", axis, from, to);
  if (ticks.size() > 1) text += fmt::format("set {}tics ({})\n", axis, fmt::join(ticks, ", "));
  return text;
}

std::string ticks_at(char axis, std::vector<double> numbers) {
  numbers = sorted(std::move(numbers), false);
  if (numbers.empty()) return "";
  const double apart = 0.08 * (numbers.back() - numbers.front());
  std::vector<std::string> ticks;
  double before = 0;
  for (const double number : numbers) {
    if (!ticks.empty() && number - before < apart) continue;
    ticks.push_back(fmt::format("{:.4g}", number));
    before = number;
  }
  return fmt::format("set {}tics ({})\n", axis, fmt::join(ticks, ", "));
}

}  // namespace simplicit::report
