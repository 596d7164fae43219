#include "report/axis.hpp"
#include "report/gnuplot.hpp"
#include "report/kept_picture.hpp"
#include <simplicit/report/path_picture.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace simplicit::report {
namespace {

namespace fs = std::filesystem;

/// Percentages.
struct KeptPoint {
  double kept, accuracy;
};
struct Curve {
  std::string title;
  const char* style;
  std::vector<KeptPoint> points;
  const char* colour = nullptr;  ///< the next of the list when null
};

// What can be drawn, kept on a logarithmic axis, by rising share.
void add_curve(std::vector<Curve>& curves, Curve curve) {
  std::erase_if(curve.points, [](const KeptPoint& point) {
    return !(point.kept > 0) || !std::isfinite(point.kept) || !std::isfinite(point.accuracy);
  });
  std::ranges::stable_sort(curve.points, {}, &KeptPoint::kept);
  if (!curve.points.empty()) curves.push_back(std::move(curve));
}

std::vector<KeptPoint> points_of(const PathTable& table, const char* score) {
  const std::vector<double> kept = table.column("kept");
  const std::vector<double> right = table.column(score);
  std::vector<KeptPoint> points;
  for (std::size_t k = 0; k < std::min(kept.size(), right.size()); ++k) {
    points.push_back({100 * kept[k], 100 * right[k]});
  }
  return points;
}

std::string stem_of(const std::string& path) {
  return fs::path(path).stem().string();
}

std::vector<Curve> curves_of(const std::vector<PathSource>& paths, const char* score) {
  std::vector<Curve> curves;
  for (const PathSource& source : paths) {
    add_curve(curves,
              {stem_of(source.path), "with linespoints pt 7 ps 1.4 lw 3", points_of(source.table, score)});
  }
  return curves;
}

/// Models are points: nothing says that what lies between two of them could be had.
void add_evaluations(std::vector<Curve>& curves, const std::vector<Evaluation>& evaluations) {
  for (const auto& [name, group] : groups_of(evaluations)) {
    std::vector<KeptPoint> points;
    for (const Evaluation& evaluation : group) {
      if (evaluation.kept && evaluation.right.model)
        points.push_back({100 * *evaluation.kept, 100 * *evaluation.right.model});
    }
    add_curve(curves, {name, "with points pt 5 ps 2", points});
  }
}

std::optional<double> baseline_accuracy_of(const std::vector<PathSource>& paths,
                                           const std::vector<Evaluation>& evaluations) {
  for (const PathSource& source : paths) {
    if (source.table.baseline_accuracy) return source.table.baseline_accuracy;
  }
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.right.baseline) return evaluation.right.baseline;
  }
  return std::nullopt;
}

/// Below this far under the best accuracy, in percentage points, curves leave the picture.
constexpr double deepest_shown = 30;

/// The curves as gnuplot's data and what plots them.
struct Plots {
  std::string data, plots;
  std::vector<double> kept, scores;  ///< of all points
};

Plots plots_of(const std::vector<Curve>& curves) {
  constexpr std::array colours{"#0072B2", "#E69F00", "#009E73", "#CC79A7"};
  Plots all;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    all.data += fmt::format("$curve{} << EOD\n", k) + title_line(curves[k].title);
    for (const KeptPoint& point : curves[k].points) {
      all.data += fmt::format("{:.6g} {:.6g}\n", point.kept, point.accuracy);
      all.kept.push_back(point.kept);
      all.scores.push_back(point.accuracy);
    }
    all.data += "EOD\n";
    all.plots +=
        fmt::format("{}$curve{} using 1:2 {} lc rgb '{}' title columnheader(1) noenhanced", k > 0 ? ", " : "",
                    k, curves[k].style, curves[k].colour ? curves[k].colour : colours[k % colours.size()]);
  }
  return all;
}

std::string commands_for(const std::vector<Curve>& curves, const std::optional<double>& baseline,
                         const std::string& file) {
  Plots all = plots_of(curves);
  if (baseline) {
    all.scores.push_back(100 * *baseline);
    all.plots +=
        fmt::format(", {:.6g} with lines lw 2 dt 2 lc rgb '#555555' title 'baseline'", 100 * *baseline);
  }
  return picture_head(file, 1000, 640) + all.data + "set grid x y lt 1 lc rgb '#CCCCCC'\n" +
         log_axis('x', all.kept) + percent_axis('y', all.scores, deepest_shown) +
         "set xlabel \"weights kept (% of the baseline's)\"\nset ylabel 'accuracy (%)'\n"
         "set key outside bottom center horizontal\nplot " +
         all.plots + "\nset output\n";
}

/// The same without labels: the error of the outputs in per cent.
std::optional<Picture> error_picture(const std::vector<PathSource>& paths, const std::string& file) {
  const std::vector<Curve> curves = curves_of(paths, "output_error");
  if (curves.empty()) return std::nullopt;
  const Plots all = plots_of(curves);
  return Picture{
      file, "Error of the outputs against weights kept",
      "Further left and down is better. A curve a path; the error is relative to the baseline's "
      "outputs.",
      picture_head(file, 1000, 640) + all.data + "set grid x y lt 1 lc rgb '#CCCCCC'\n" +
          log_axis('x', all.kept) +
          "set yrange [0:*]\nset xlabel \"weights kept (% of the baseline's)\"\n"
          "set ylabel 'error of the outputs (%)'\nset key outside bottom center horizontal\nplot " +
          all.plots + "\nset output\n"};
}

}  // namespace

std::optional<Picture> kept_picture(const std::vector<PathSource>& paths,
                                    const std::vector<Evaluation>& evaluations, const std::string& file) {
  std::vector<Curve> curves = curves_of(paths, "accuracy");
  add_evaluations(curves, evaluations);
  if (paths.empty() && evaluations.size() < 2) return std::nullopt;
  if (!paths.empty()) {
    add_curve(curves, {"baseline, pruned by magnitude", "with linespoints pt 4 ps 1.4 lw 2 dt 4",
                       points_of(paths.front().table, "pruned_accuracy"), "#000000"});
  }
  if (curves.empty()) return error_picture(paths, file);
  return Picture{
      file, "Accuracy against weights kept",
      "Further left and up is better. A curve a path, a point a model. Accuracies more than 30 points "
      "below the best lie outside.",
      commands_for(curves, baseline_accuracy_of(paths, evaluations), file)};
}

std::optional<std::string> draw_path(const PathTable& table, const std::string& name,
                                     const std::string& file) {
  const std::optional<Picture> picture = kept_picture({{name, table}}, {}, "path.png");
  if (!picture) return "no point has a known share of weights";
  std::string pattern = (fs::temp_directory_path() / "simplicit-path.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return "there is no folder for temporary files";
  const fs::path folder(pattern);
  std::ofstream(folder / "path.gnuplot") << picture->commands;
  std::optional<std::string> fault = run_gnuplot(folder.string(), "path.gnuplot");
  std::error_code failure;
  if (!fault) {
    TemporaryOutput output(file);
    fs::copy_file(folder / "path.png", output.temporary_path(), fs::copy_options::overwrite_existing,
                  failure);
    if (failure) fault = failure.message();
    if (!failure) output.commit();
  }
  fs::remove_all(folder, failure);
  return fault;
}

}  // namespace simplicit::report
