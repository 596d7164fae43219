#include "report/layers.hpp"

#include <fmt/format.h>

namespace simplicit::report {

std::vector<LayerSize> layer_sizes(const SharedModel& model) {
  const LayeredNetwork& network = model.network;
  std::vector<LayerSize> sizes;
  for (const Layer& layer : network.layers) {
    LayerSize size{layer.target, {}, 0, 0};
    for (const std::size_t i : layer.operators) {
      const WeightedOperator& of = network.operators[i];
      const OperatorWeights& weights = network.weights[i];
      size.kinds.push_back(of.dense ? fmt::format("dense {} to {}", of.in_channels, of.channels)
                                    : fmt::format("{} x {} convolution, {} to {} channels", of.window.size[0],
                                                  of.window.size[1], of.in_channels, of.channels));
      size.nonzeros += weights.W.nonZeros() + (weights.bias.array() != 0).count();
      size.parameters += of.channels * of.taps() + (of.bias ? of.channels : 0);
    }
    sizes.push_back(std::move(size));
  }
  return sizes;
}

Grid layers_grid(const SharedModel& model) {
  Grid grid;
  grid.caption = "Weights and biases of every layer, in the order of execution";
  grid.head = {"layer", "kept", "of", "share", "kind", "feeds"};
  std::size_t number = 0;
  for (const LayerSize& size : layer_sizes(model)) {
    grid.rows.push_back({std::to_string(++number), std::to_string(size.nonzeros),
                         std::to_string(size.parameters), fmt::format("{:.2f} %", 100 * size.share()),
                         fmt::format("{}", fmt::join(size.kinds, "; ")), size.target});
  }
  return grid;
}

Picture layers_picture(const SharedModel& model, const std::string& file) {
  const std::vector<LayerSize> sizes = layer_sizes(model);
  std::string text = picture_head(file, 1000, 900) + "$layers << EOD\n";
  for (std::size_t l = 0; l < sizes.size(); ++l) {
    text += fmt::format("{} {} {} {:.6g}\n", l + 1, sizes[l].parameters, sizes[l].nonzeros,
                        100 * sizes[l].share());
  }
  text += fmt::format(
      "EOD\nset xrange [0.4:{}.6]\nset yrange [0:*]\nset boxwidth 0.7\nset lmargin at screen 0.15\n"
      "set rmargin at screen 0.985\nset grid y lt 1 lc rgb '#CCCCCC'\n",
      sizes.size());
  text += sizes.size() <= 24 ? "set xtics 1\n" : "set xtics auto\n";
  text +=
      "set multiplot layout 2,1\nset key outside top center horizontal\nset ylabel 'weights and biases'\n"
      "plot $layers using 1:2 with boxes fs solid 1 noborder lc rgb '#DDDDDD' title 'of the network', "
      "'' using 1:3 with boxes fs solid 1 noborder lc rgb '#0072B2' title 'kept'\n"
      "unset key\nset ylabel 'kept (%)'\nset xlabel 'layer'\n"
      "plot $layers using 1:4 with boxes fs solid 1 noborder lc rgb '#0072B2' notitle\n"
      "unset multiplot\nset output\n";
  return {file, "What every layer keeps",
          "Above: weights and biases that stay, before those that the network had. Below: the same as a "
          "share. Layers stand in the order of execution.",
          text};
}

}  // namespace simplicit::report
