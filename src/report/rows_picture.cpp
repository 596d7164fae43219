#include <simplicit/report/picture.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace simplicit::report {
namespace {

constexpr double smallest_gap_drawn = 1e-16;

// The gap of a row that is exact to rounding is rounding: it counts as zero.
double gap_drawn(const ImplicitModel::Rows& rows, std::size_t i) {
  const bool exact = rows.status[i] == static_cast<std::int64_t>(RowStatus::exact_to_rounding);
  return exact ? smallest_gap_drawn : std::max(rows.relative_gap[i], smallest_gap_drawn);
}

/// The rows of a model: those that compute states come first, those of the outputs follow.
struct RowsDrawn {
  ImplicitModel::Rows rows;
  Index states = 0;
  std::optional<double> tolerance;
  const char* names_of_states;
  const char* names_of_outputs;
};

// row, nonzeros, relative gap, kind: 0 state row, 1 output row, 2 not solved
std::string rows_block(const RowsDrawn& drawn) {
  std::string text = "$rows << EOD\n";
  const auto& rows = drawn.rows;
  for (std::size_t i = 0; i < rows.relative_gap.size(); ++i) {
    const bool is_state = static_cast<Index>(i) < drawn.states;
    const bool reached = reached_tolerance(static_cast<RowStatus>(rows.status[i]));
    const int kind = !reached ? 2 : (is_state ? 0 : 1);
    text +=
        fmt::format("{} {} {:.6g} {} {}\n", i, rows.nonzeros[i], gap_drawn(rows, i), kind, is_state ? 0 : 1);
  }
  return text + "EOD\n";
}

std::string tolerance_line(std::optional<double> tolerance) {
  if (!tolerance) return "";
  return fmt::format(
      "set arrow 9 from graph 0, first {0} to graph 1, first {0} nohead front lc rgb '#000000' lw 2 dt 2\n"
      "set label 9 'tolerance {0:g}' at graph 0.995, first {0} right offset 0,0.6 front\n",
      *tolerance);
}

// The axis leaves room for the tolerance, wherever the gaps lie.
std::string gap_range(const RowsDrawn& drawn) {
  double low = drawn.tolerance.value_or(1e-6), high = low;
  for (std::size_t i = 0; i < drawn.rows.relative_gap.size(); ++i) {
    low = std::min(low, gap_drawn(drawn.rows, i));
    high = std::max(high, gap_drawn(drawn.rows, i));
  }
  return fmt::format("set yrange [{:g}:{:g}]\n", low / 3, high * 10);
}

Picture picture_of(const RowsDrawn& drawn, const std::string& file) {
  const auto count = drawn.rows.relative_gap.size();
  std::string text = picture_head(file, 1000, 900) + rows_block(drawn);
  text += fmt::format("set xrange [-1:{}]\nset lmargin at screen 0.12\nset rmargin at screen 0.985\n", count);
  text +=
      "set multiplot layout 2,1\nset grid y lt 1 lc rgb '#CCCCCC'\nset key outside top center horizontal "
      "maxrows 1 width -3\n";
  text += "set ylabel 'nonzeros'\nset yrange [0:*]\nset xtics format ''\n";
  text += fmt::format(
      "plot $rows using 1:($5==0?$2:1/0) with impulses ls 1 title '{}', "
      "'' using 1:($5==1?$2:1/0) with impulses ls 2 title '{}', "
      "1/0 with points ls 4 title 'missed the tolerance'\n",
      drawn.names_of_states, drawn.names_of_outputs);
  text +=
      "set ylabel 'relative duality gap'\nset logscale y\nunset mytics\nset format y '10^{%L}'\nset xtics "
      "format '%g'\n";
  text += "set xlabel 'row'\nunset key\n" + gap_range(drawn) + tolerance_line(drawn.tolerance);
  text +=
      "plot $rows using 1:($4==0?$3:1/0) with points ls 1 notitle, '' using 1:($4==1?$3:1/0) with points ls "
      "2 "
      "notitle, '' using 1:($4==2?$3:1/0) with points ls 4 notitle\n";
  text += "unset multiplot\nset output\n";
  return {
      file, "Nonzeros and proof of every row",
      "Above: how many weights each row keeps. Below: how far its objective can be from the best possible "
      "one, "
      "as a fraction of it; under the dashed line a row is solved. A gap of zero is drawn at 1e-16. Black "
      "triangles are rows that missed the tolerance.",
      text};
}

}  // namespace

Picture rows_picture(const ImplicitModel& model, const std::string& file) {
  return picture_of({model.rows, model.states(), tolerance_of(model.provenance), "rows of [A B], states",
                     "rows of [C D], outputs"},
                    file);
}

Picture rows_picture(const SharedModel& model, const std::string& file) {
  RowsDrawn drawn{
      {}, 0, tolerance_of(model.provenance), "channels of the layers before", "of the last layer"};
  for (const ImplicitModel::Rows& layer : model.rows) {
    drawn.states = std::ssize(drawn.rows.status);
    const auto add = [](auto& all, const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
    add(drawn.rows.status, layer.status);
    add(drawn.rows.nonzeros, layer.nonzeros);
    add(drawn.rows.relative_gap, layer.relative_gap);
  }
  return picture_of(drawn, file);
}

}  // namespace simplicit::report
