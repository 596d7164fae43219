#include "report/robustness.hpp"

#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace simplicit::report {
namespace {

using nlohmann::json;

// The attacks of an evaluation that have this name, by rising epsilon.
std::vector<json> attacks_named(const json& scores, const std::string& name) {
  std::vector<json> attacks;
  for (const json& attack : scores.value("attacks", json::array())) {
    if (attack.value("name", "") == name) attacks.push_back(attack);
  }
  std::ranges::stable_sort(attacks, [](const json& a, const json& b) {
    return a.value("epsilon", 0.0) < b.value("epsilon", 0.0);
  });
  return attacks;
}

std::string first_attack(const std::vector<ScoreSource>& evaluations) {
  for (const ScoreSource& source : evaluations) {
    for (const json& attack : source.scores.value("attacks", json::array())) return attack.value("name", "");
  }
  return "";
}

std::string percent(const std::optional<double>& part) {
  return part ? fmt::format("{:.6g}", 100 * *part) : "NaN";
}

// The curve of one network: epsilon and accuracy, from no attack at all on.
std::string attack_curve(const json& scores, const std::vector<json>& attacks, const char* key) {
  std::string rows = fmt::format("0 {}\n", percent(number_at(scores, key)));
  for (const json& attack : attacks) {
    rows += fmt::format("{} {}\n", attack.value("epsilon", 0.0), percent(number_at(attack, key)));
  }
  return rows;
}

// "folder/name" without the extension: tells reports of the same name apart.
std::string title_of(const std::string& path) {
  return title_line(folder_of(path) + "/" + std::filesystem::path(path).stem().string());
}

struct Point {
  double sensitivity, accuracy, attacked;
};

std::optional<Point> point_of(const json& scores, const std::string& attack, double epsilon) {
  const auto sensitivity = number_at(scores, "sensitivity_inf");
  const auto accuracy = number_at(scores, "accuracy");
  for (const json& under : attacks_named(scores, attack)) {
    const auto attacked = number_at(under, "accuracy");
    if (under.value("epsilon", -1.0) != epsilon || !sensitivity || !accuracy || !attacked) continue;
    return Point{*sensitivity, 100 * *accuracy, 100 * *attacked};
  }
  return std::nullopt;
}

// The epsilon in the middle of the list of the first evaluation that has the attack.
double middle_epsilon(const std::vector<ScoreSource>& evaluations, const std::string& attack) {
  for (const ScoreSource& source : evaluations) {
    const std::vector<json> attacks = attacks_named(source.scores, attack);
    if (!attacks.empty()) return attacks[attacks.size() / 2].value("epsilon", 0.0);
  }
  return 0;
}

std::string grid_and_labels(const char* x, const char* y) {
  return fmt::format("set grid x y lt 1 lc rgb '#CCCCCC'\nset xlabel '{}'\nset ylabel '{}'\n", x, y);
}

}  // namespace

std::optional<Picture> attacks_compared_picture(const std::vector<ScoreSource>& evaluations,
                                                const std::string& file) {
  const std::string attack = first_attack(evaluations);
  std::string data, curves;
  int networks = 0;
  for (const ScoreSource& source : evaluations) {
    const std::vector<json> attacks = attacks_named(source.scores, attack);
    if (attacks.empty()) continue;
    if (networks == 0) {
      data += "$baseline << EOD\n" + attack_curve(source.scores, attacks, "baseline_accuracy") + "EOD\n";
      curves = "$baseline using 1:2 with linespoints ls 4 dt 2 title 'baseline'";
    }
    data += fmt::format("$model{} << EOD\n{}{}EOD\n", networks, title_of(source.path),
                        attack_curve(source.scores, attacks, "accuracy"));
    curves += fmt::format(
        ", $model{0} using 1:2 with linespoints lt {1} lw 3 pt 7 title columnheader(1) noenhanced", networks,
        networks + 1);
    ++networks;
  }
  if (networks < 2) return std::nullopt;
  return Picture{
      file, "Accuracy under " + attack + " of all models",
      "Inputs are changed by at most epsilon, each network through its own gradients. The baseline is "
      "that of the first report.",
      picture_head(file, 1600, 900) + data +
          grid_and_labels("epsilon: largest change of an input", "accuracy (%)") +
          "set yrange [0:100]\nset key outside right top\nplot " + curves + "\nset output\n"};
}

std::optional<Picture> robustness_picture(const std::vector<ScoreSource>& evaluations,
                                          const std::string& file) {
  const std::string attack = first_attack(evaluations);
  const double epsilon = middle_epsilon(evaluations, attack);
  std::map<std::string, std::vector<Point>> folders;
  std::size_t points = 0;
  for (const ScoreSource& source : evaluations) {
    const std::optional<Point> point = point_of(source.scores, attack, epsilon);
    if (!point) continue;
    folders[folder_of(source.path)].push_back(*point);
    ++points;
  }
  if (points < 3) return std::nullopt;
  std::string data, by_sensitivity, by_attack;
  int curve = 0;
  for (auto& [folder, curve_points] : folders) {
    std::ranges::sort(curve_points, {}, &Point::accuracy);
    data += fmt::format("$curve{} << EOD\n", curve) + title_line(folder);
    for (const Point& point : curve_points) {
      data += fmt::format("{:.6g} {:.6g} {:.6g}\n", point.sensitivity, point.accuracy, point.attacked);
    }
    data += "EOD\n";
    const std::string style =
        fmt::format("with linespoints ls {} title columnheader(1) noenhanced", curve % 4 + 1);
    by_sensitivity += fmt::format("{}$curve{} using 1:2 {}", curve > 0 ? ", " : "", curve, style);
    by_attack += fmt::format("{}$curve{} using 3:2 {}", curve > 0 ? ", " : "", curve, style);
    ++curve;
  }
  std::string text = picture_head(file, 1700, 800) + data + "set multiplot layout 1,2\nset key bottom\n";
  text += "set logscale x\nset format x '10^{%L}'\n" +
          grid_and_labels("sensitivity (proven)", "accuracy (%)") + "plot " + by_sensitivity + "\n";
  text += "unset logscale x\nset format x '%g'\n" +
          grid_and_labels(fmt::format("accuracy under {}, epsilon {} (%)", attack, epsilon).c_str(),
                          "accuracy (%)") +
          "plot " + by_attack + "\nunset multiplot\nset output\n";
  return Picture{
      file, "What robustness costs",
      "One point an evaluation, one curve a folder of reports. Left: further left and up is better. "
      "Right: further right and up is better.",
      text};
}

}  // namespace simplicit::report
