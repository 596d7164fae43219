#include <simplicit/report/picture.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit::report {
namespace {

constexpr Index most_cells_down = 300;
constexpr Index most_cells_across = 500;

// Entries that share a cell of the picture, along one axis.
Index entries_per_cell(Index entries, Index most_cells) {
  return std::max<Index>(1, (entries + most_cells - 1) / most_cells);
}

// The share of nonzeros in each cell, row by row, as a gnuplot data block.
std::string density_block(const char* name, const SparseMatrix& M, Index down, Index across) {
  const Index cell_rows = (M.rows() + down - 1) / down;
  const Index cell_cols = (M.cols() + across - 1) / across;
  std::vector<Index> counts(static_cast<std::size_t>(cell_rows * cell_cols));
  for (Index i = 0; i < M.outerSize(); ++i) {
    for (SparseMatrix::InnerIterator entry(M, i); entry; ++entry) {
      ++counts[static_cast<std::size_t>((i / down) * cell_cols + entry.col() / across)];
    }
  }
  std::string text = fmt::format("${} << EOD\n", name);
  for (Index i = 0; i < cell_rows; ++i) {
    for (Index j = 0; j < cell_cols; ++j) {
      const double share = static_cast<double>(counts[static_cast<std::size_t>(i * cell_cols + j)]) /
                           static_cast<double>(down * across);
      text += share == 0 ? "0 " : fmt::format("{:.3g} ", std::sqrt(share));
    }
    text += "\n";
  }
  return text + "EOD\n";
}

struct Panel {
  const char* name;
  const SparseMatrix* M;
  double left, right, bottom, top;  ///< fractions of the picture
};

// Thin lines between the layers, which follow each other along the states.
std::string layer_lines(const std::vector<Index>& layers, bool along_x, bool along_y) {
  std::string text;
  double at = -0.5;
  for (std::size_t k = 0; k + 1 < layers.size(); ++k) {
    at += static_cast<double>(layers[k]);
    const char* style = "nohead front lc rgb '#D55E00' lw 1 dt 2";
    if (along_x) text += fmt::format("set arrow from {0}, graph 0 to {0}, graph 1 {1}\n", at, style);
    if (along_y)
      text += fmt::format("set arrow from graph 0, first {0} to graph 1, first {0} {1}\n", at, style);
  }
  return text;
}

// Names of the layers at the middle of their rows, when there is room for them.
std::string layer_names(const std::vector<Index>& layers) {
  if (layers.empty() || layers.size() > 12) return "";
  std::string tics;
  double begin = 0;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const double size = static_cast<double>(layers[k]);
    tics += fmt::format("{}'layer {}' {}", k > 0 ? ", " : "", layers.size() - k, begin + (size - 1) / 2);
    begin += size;
  }
  return "set ytics nomirror scale 0 (" + tics + ")\n";
}

std::string panel_commands(const Panel& panel, const std::string& axes) {
  const SparseMatrix& M = *panel.M;
  const Index down = entries_per_cell(M.rows(), most_cells_down);
  const Index across = entries_per_cell(M.cols(), most_cells_across);
  const double filled = 100.0 * static_cast<double>(M.nonZeros()) / static_cast<double>(M.rows() * M.cols());
  std::string text = density_block(panel.name, M, down, across);
  text += fmt::format(
      "set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen "
      "{}\n",
      panel.left, panel.right, panel.bottom, panel.top);
  text += fmt::format("set title '{{/:Bold {}}}  {} × {},  {} nonzeros ({:.1f} %)' offset 0,-0.6\n",
                      panel.name, M.rows(), M.cols(), M.nonZeros(), filled);
  text += fmt::format("set xrange [-0.5:{}]\nset yrange [{}:-0.5]\n", static_cast<double>(M.cols()) - 0.5,
                      static_cast<double>(M.rows()) - 0.5);
  text += axes;
  text +=
      fmt::format("plot ${} matrix using ($1*{}+{}):($2*{}+{}):3 with image pixels notitle\n", panel.name,
                  across, 0.5 * static_cast<double>(across - 1), down, 0.5 * static_cast<double>(down - 1));
  return text + "unset arrow\n";
}

}  // namespace

Picture matrices_picture(const ImplicitModel& model, const std::string& file) {
  const auto layers = layer_sizes_of(model);
  const double states = static_cast<double>(model.A.cols()), inputs = static_cast<double>(model.B.cols());
  const double rows = static_cast<double>(model.A.rows()), outputs = static_cast<double>(model.C.rows());
  const double split_x = 0.11 + 0.8 * std::clamp(states / (states + inputs), 0.3, 0.7);
  const double split_y = 0.12 + 0.78 * std::clamp(outputs / (rows + outputs), 0.18, 0.5);
  const double left = 0.11, right = 0.985, bottom = 0.13, top = 0.93, gap_x = 0.015, gap_y = 0.035;

  const std::string states_y =
      "set ytics nomirror out scale 0.5 autofreq\nset label 1 'row: state' at screen 0.018, " +
      fmt::format("{} rotate center\n", 0.5 * (split_y + gap_y + top)) + layer_names(layers);
  const std::string outputs_y =
      fmt::format("set ytics nomirror out scale 0.5 (0, {})\n", model.C.rows() - 1) +
      "set label 1 'row: output' at screen 0.018, " +
      fmt::format("{} rotate center\n", 0.5 * (bottom + split_y - gap_y));
  const std::string numbers_x = "set xtics nomirror out scale 0.5 format '%g'\nset xlabel offset 0,0.3 ";
  const std::string no_x = "set xtics nomirror out scale 0.5 format ''\nunset xlabel\n";
  const std::string no_y = "unset ytics\nunset label\n";
  std::string text = picture_head(file, 1100, 800);
  text += "set palette defined (0 '#FFFFFF', 0.02 '#DCEAF4', 1 '#08306B')\nset cbrange [0:1]\n";
  text += "unset colorbox\nunset key\nset multiplot\n";
  text += panel_commands({"A", &model.A, left, split_x - gap_x, split_y + gap_y, top},
                         no_x + states_y + layer_lines(layers, true, true));
  text += panel_commands({"B", &model.B, split_x + gap_x, right, split_y + gap_y, top},
                         no_x + no_y + layer_lines(layers, false, true));
  text += panel_commands({"C", &model.C, left, split_x - gap_x, bottom, split_y - gap_y},
                         numbers_x + "'column: state'\n" + outputs_y + layer_lines(layers, true, false));
  text += panel_commands({"D", &model.D, split_x + gap_x, right, bottom, split_y - gap_y},
                         numbers_x + "'column: input'\n" + no_y);
  text += "unset multiplot\nset output\n";
  return {file, "Where the nonzeros sit",
          "The four matrices of x = phi(A x + B u), y = C x + D u. Blue is nonzero; where one dot stands for "
          "several "
          "entries, darker means more of them are. The panels are stretched to be readable. Dashed lines "
          "separate "
          "the layers of the baseline, its last hidden layer first.",
          text};
}

}  // namespace simplicit::report
