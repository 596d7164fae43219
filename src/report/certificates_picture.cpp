#include "report/certificates_picture.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace simplicit::report {
namespace {

using nlohmann::json;

// epsilon, then certified, + open, + attacked in per cent, by rising epsilon; empty when parts are missing.
std::string stacked_rows(const json& scores, const char* key) {
  std::vector<json> entries = scores.value(key, json::array());
  std::ranges::stable_sort(entries, [](const json& a, const json& b) {
    return a.value("epsilon", 0.0) < b.value("epsilon", 0.0);
  });
  std::string rows;
  for (const json& entry : entries) {
    for (const char* part : {"accuracy", "open", "attacked"}) {
      if (!entry.contains(part) || !entry[part].is_number()) return "";
    }
    const double certified = 100 * entry.value("accuracy", 0.0);
    const double open = 100 * entry.value("open", 0.0);
    const double attacked = 100 * entry.value("attacked", 0.0);
    rows += fmt::format("{:.6g} {:.6g} {:.6g} {:.6g}\n", entry.value("epsilon", 0.0), certified,
                        certified + open, certified + open + attacked);
  }
  return rows;
}

std::string panel(const char* data, const char* title) {
  return fmt::format(
      "set title '{1}'\n"
      "plot {0} using 1:(0):2 with filledcurves lc rgb '#0072B2' fs solid 0.75 title 'certified', "
      "{0} using 1:2:3 with filledcurves lc rgb '#F0E442' fs solid 0.75 title 'open', "
      "{0} using 1:3:4 with filledcurves lc rgb '#D55E00' fs solid 0.75 title 'attacked', "
      "{0} using 1:4:(100) with filledcurves lc rgb '#999999' fs solid 0.4 title 'misclassified', "
      "{0} using 1:2 with linespoints lc rgb '#000000' pt 7 notitle\n",
      data, title);
}

}  // namespace

std::optional<Picture> certificates_picture(const json& evaluation, const std::string& file) {
  const std::string model = stacked_rows(evaluation, "certified");
  if (model.empty() || std::ranges::count(model, '\n') < 2) return std::nullopt;
  const std::string baseline = stacked_rows(evaluation, "baseline_certified");
  std::string text = picture_head(file, baseline.empty() ? 900 : 1600, 700);
  text += "$certified << EOD\n" + model + "EOD\n";
  if (!baseline.empty()) text += "$baseline << EOD\n" + baseline + "EOD\n";
  text +=
      "set yrange [0:100]\nset xlabel 'epsilon: largest change of an input'\nset ylabel 'samples (%)'\n"
      "set key bottom left opaque\n";
  text += baseline.empty() ? "" : "set multiplot layout 1,2\n";
  text += panel("$certified", "model");
  if (!baseline.empty()) text += panel("$baseline", "baseline") + "unset multiplot\n";
  text += "set output\n";
  return Picture{
      file, "Proven robustness",
      "Certified: decided rightly for every change of the input up to epsilon, by proof. Attacked: a "
      "change that misleads the network is known. Open: neither was found.",
      text};
}

}  // namespace simplicit::report
