#include "report/axis.hpp"
#include <simplicit/report/picture.hpp>

#include <fmt/format.h>

namespace simplicit::report {

using nlohmann::json;

std::string picture_head(const std::string& file, int width, int height) {
  return fmt::format(
      "reset\nset encoding utf8\nset terminal pngcairo size {},{} font 'DejaVu Sans,19' enhanced background "
      "'#FFFFFF'\n"
      "set output '{}'\nset border 3 lc rgb '#666666'\nset tics nomirror out\n"
      "set style line 1 lc rgb '#0072B2' pt 7 ps 1.1 lw 3\n"   // blue
      "set style line 2 lc rgb '#E69F00' pt 5 ps 1.3 lw 3\n"   // orange
      "set style line 3 lc rgb '#009E73' pt 9 ps 1.5 lw 3\n"   // green
      "set style line 4 lc rgb '#000000' pt 8 ps 1.8 lw 2\n",  // black
      width, height, file);
}

namespace {

// A setting as the provenance of a run holds it: at its top or under "settings".
json provenance_entry(const json& provenance, const char* key) {
  if (!provenance.is_object()) return {};
  if (provenance.contains(key)) return provenance.at(key);
  const json settings = provenance.value("settings", json::object());
  return settings.is_object() ? settings.value(key, json()) : json();
}

}  // namespace

std::vector<Index> layer_sizes_of(const ImplicitModel& model) {
  std::vector<Index> sizes;
  Index sum = 0;
  for (const json& size : provenance_entry(model.provenance, "layer_sizes")) {
    if (!size.is_number_integer() || size.get<Index>() <= 0 || size.get<Index>() > model.states() - sum)
      return {};
    sizes.push_back(size.get<Index>());
    sum += sizes.back();
  }
  return sum == model.states() ? sizes : std::vector<Index>{};
}

std::optional<double> tolerance_of(const json& provenance) {
  const json tolerance = provenance_entry(provenance, "tolerance");
  if (!tolerance.is_number() || tolerance.get<double>() <= 0) return std::nullopt;
  return tolerance.get<double>();
}

std::optional<Picture> ranks_picture(const json& training, const std::string& file) {
  const json per_rank = training.value("per_rank", json::array());
  if (!per_rank.is_array() || per_rank.empty()) return std::nullopt;
  std::string data = "$ranks << EOD\n";
  for (const json& rank : per_rank) {
    data += fmt::format("{:.6g} {:.6g} {:.6g}\n", rank.at("rank").get<double>(),
                        rank.at("rows").get<double>(), rank.at("seconds").get<double>());
  }
  std::string text = picture_head(file, 1000, 1000) + data + "EOD\n";
  text += fmt::format(
      "set xrange [-0.6:{}]\nset yrange [0:*]\nset boxwidth 0.6\nset style fill solid 0.85 noborder\n",
      static_cast<double>(per_rank.size()) - 0.4);
  text += per_rank.size() <= 16 ? "set xtics 1\n" : "set xtics auto\n";
  text += "unset key\nset grid y lt 1 lc rgb '#CCCCCC'\nset xlabel 'rank'\nset multiplot layout 2,1\n";
  text += "set title 'rows solved'\nplot $ranks using 1:2 with boxes ls 1\n";
  text += "set title 'seconds spent solving'\nplot $ranks using 1:3 with boxes ls 2\n";
  text += "unset multiplot\nset output\n";
  return Picture{
      file, "How the work was shared",
      "Rows are handed out on request, dearest first, so rows may differ between ranks; what should be "
      "alike are the seconds.",
      text};
}

std::optional<Picture> attacks_picture(const json& evaluation, const std::string& file) {
  const json attacks = evaluation.value("attacks", json::array());
  if (!attacks.is_array() || attacks.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const json& attack : attacks) {
    const std::string name = attack.value("name", "attack");
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  const auto percent = [](const json& entry, const char* key) {
    const json value = entry.value(key, json());
    return value.is_number() ? fmt::format("{:.6g}", 100 * value.get<double>()) : std::string("NaN");
  };
  std::string text = picture_head(file, 1000, 640);
  std::string curves;
  std::vector<double> epsilons{0}, accuracies;
  const auto collect = [&](const json& entry) {
    for (const char* key : {"accuracy", "baseline_accuracy"}) {
      const json value = entry.value(key, json());
      if (value.is_number()) accuracies.push_back(100 * value.get<double>());
    }
  };
  collect(evaluation);
  for (const json& attack : attacks) {
    collect(attack);
    epsilons.push_back(attack.value("epsilon", 0.0));
  }
  for (std::size_t k = 0; k < names.size(); ++k) {
    text += fmt::format("$attack{} << EOD\n0 {} {}\n", k, percent(evaluation, "accuracy"),
                        percent(evaluation, "baseline_accuracy"));
    for (const json& attack : attacks) {
      if (attack.value("name", "attack") != names[k]) continue;
      text += fmt::format("{} {} {}\n", attack.value("epsilon", 0.0), percent(attack, "accuracy"),
                          percent(attack, "baseline_accuracy"));
    }
    text += "EOD\n";
    curves += fmt::format(
        "{0}$attack{1} using 1:2 with linespoints ls {2} title 'model, {3}', "
        "'' using 1:3 with linespoints ls {2} dt 2 title 'baseline, {3}'",
        k > 0 ? ", " : "", k, k % 3 + 1, names[k]);
  }
  text += "set xlabel 'epsilon: largest change of an input'\nset ylabel 'accuracy (%)'\n";
  text += percent_axis('y', accuracies) + ticks_at('x', epsilons);
  text += "set grid y lt 1 lc rgb '#CCCCCC'\nset key below\nplot " + curves + "\nset output\n";
  return Picture{
      file, "Accuracy under attack",
      "Inputs are changed by at most epsilon, on purpose, to make the answer wrong. Solid: the implicit "
      "model; dashed: the baseline under the same attack made against it.",
      text};
}

}  // namespace simplicit::report
