#include "report/robustness.hpp"

#include "report/axis.hpp"
#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace simplicit::report {
namespace {

// The attacks of an evaluation that have this name, by rising epsilon.
std::vector<Attacked> attacks_named(const Evaluation& evaluation, const std::string& name) {
  std::vector<Attacked> attacks;
  std::ranges::copy_if(evaluation.attacks, std::back_inserter(attacks),
                       [&](const Attacked& attack) { return attack.name == name; });
  std::ranges::stable_sort(attacks, {}, &Attacked::epsilon);
  return attacks;
}

std::string first_attack(const std::vector<Evaluation>& evaluations) {
  for (const Evaluation& evaluation : evaluations) {
    if (!evaluation.attacks.empty()) return evaluation.attacks.front().name;
  }
  return "";
}

/// Curves of accuracy against epsilon, collected with the numbers that their axes have to show.
struct AttackCurves {
  std::string data, plots;
  std::vector<double> epsilons{0}, accuracies;

  void add(const Evaluation& evaluation, const std::vector<Attacked>& attacks,
           std::optional<double> Rightly::*part, const std::string& title, const std::string& style) {
    const std::string block = "$curve" + std::to_string(count_++);
    data += block + " << EOD\n" + title_line(title) + point(0, evaluation.right.*part);
    for (const Attacked& attack : attacks) data += point(attack.epsilon, attack.*part);
    data += "EOD\n";
    plots += fmt::format("{}{} using 1:2 with linespoints {} title columnheader(1) noenhanced",
                         plots.empty() ? "" : ", ", block, style);
  }

 private:
  std::string point(double epsilon, const std::optional<double>& part) {
    if (!part) return fmt::format("{} NaN\n", epsilon);
    epsilons.push_back(epsilon);
    accuracies.push_back(100 * *part);
    return fmt::format("{} {:.6g}\n", epsilon, 100 * *part);
  }
  int count_ = 0;
};

struct Point {
  double sensitivity, accuracy, attacked;
};

std::optional<Point> point_of(const Evaluation& evaluation, const std::string& attack, double epsilon) {
  for (const Attacked& under : attacks_named(evaluation, attack)) {
    if (under.epsilon != epsilon || !evaluation.sensitivity || !evaluation.right.model || !under.model)
      continue;
    return Point{*evaluation.sensitivity, 100 * *evaluation.right.model, 100 * *under.model};
  }
  return std::nullopt;
}

// The epsilon in the middle of the list of the first evaluation that has the attack.
double middle_epsilon(const std::vector<Evaluation>& evaluations, const std::string& attack) {
  for (const Evaluation& evaluation : evaluations) {
    const std::vector<Attacked> attacks = attacks_named(evaluation, attack);
    if (!attacks.empty()) return attacks[attacks.size() / 2].epsilon;
  }
  return 0;
}

std::string grid_and_labels(const std::string& x, const std::string& y) {
  return fmt::format("set grid x y lt 1 lc rgb '#CCCCCC'\nset xlabel '{}'\nset ylabel '{}'\n", x, y);
}

}  // namespace

std::optional<Picture> attacks_compared_picture(const std::vector<Evaluation>& evaluations,
                                                const std::string& file) {
  const std::string attack = first_attack(evaluations);
  AttackCurves curves;
  int networks = 0;
  for (const Evaluation& evaluation : evaluations) {
    const std::vector<Attacked> attacks = attacks_named(evaluation, attack);
    if (attacks.empty()) continue;
    if (networks == 0) curves.add(evaluation, attacks, &Rightly::baseline, "baseline", "ls 4 dt 2");
    ++networks;
    curves.add(evaluation, attacks, &Rightly::model, evaluation.name,
               fmt::format("lt {} lw 3 pt 7", networks));
  }
  if (networks < 2) return std::nullopt;
  return Picture{
      file, "Accuracy under " + attack + " of all models",
      "Inputs are changed by at most epsilon, each network through its own gradients. The baseline is "
      "that of the best model's report.",
      picture_head(file, 1000, 700) + curves.data +
          grid_and_labels("epsilon: largest change of an input", "accuracy (%)") +
          percent_axis('y', curves.accuracies) + ticks_at('x', curves.epsilons) + "set key below\nplot " +
          curves.plots + "\nset output\n"};
}

std::optional<Picture> robustness_picture(const std::vector<Evaluation>& evaluations,
                                          const std::string& file) {
  const std::string attack = first_attack(evaluations);
  const double epsilon = middle_epsilon(evaluations, attack);
  std::string data, by_sensitivity, by_attack;
  std::vector<double> sensitivities, accuracies, attacked;
  int group_count = 0;
  for (const EvaluationGroup& group : groups_of(evaluations)) {
    std::string points;
    for (const Evaluation& evaluation : group.evaluations) {
      const std::optional<Point> point = point_of(evaluation, attack, epsilon);
      if (!point) continue;
      points += fmt::format("{:.6g} {:.6g} {:.6g}\n", point->sensitivity, point->accuracy, point->attacked);
      sensitivities.push_back(point->sensitivity);
      accuracies.push_back(point->accuracy);
      attacked.push_back(point->attacked);
    }
    if (points.empty()) continue;
    data += fmt::format("$points{} << EOD\n", group_count) + title_line(group.name) + points + "EOD\n";
    const char* const comma = group_count > 0 ? ", " : "";
    const std::string style =
        fmt::format("with points lt {} pt 7 ps 2 title columnheader(1) noenhanced", group_count + 1);
    by_sensitivity += fmt::format("{}$points{} using 1:2 {}", comma, group_count, style);
    by_attack += fmt::format("{}$points{} using 3:2 {}", comma, group_count, style);
    ++group_count;
  }
  if (accuracies.size() < 3) return std::nullopt;
  std::string text = picture_head(file, 1000, 1200) + data + "set multiplot layout 2,1\nset key below\n";
  text += log_axis('x', sensitivities) + percent_axis('y', accuracies) +
          grid_and_labels("sensitivity (proven)", "accuracy (%)") + "plot " + by_sensitivity + "\n";
  text += "unset logscale x\nset xtics auto\n" + percent_axis('x', attacked) +
          grid_and_labels(fmt::format("accuracy under {}, epsilon {} (%)", attack, epsilon), "accuracy (%)") +
          "plot " + by_attack + "\nunset multiplot\nset output\n";
  return Picture{
      file, "What robustness costs",
      "A point a model. Above: further left and up is better. Below: further right and up is better.", text};
}

}  // namespace simplicit::report
