#include "shared/shared_run.hpp"

#include "shared/importance.hpp"
#include "shared/price_path.hpp"
#include <simplicit/parallel/reductions.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <span>

namespace simplicit {
namespace {

/// This rank's rows, one after the other: the channel and the prices of its features.
std::vector<double> own_prices(const SharedRun& run, const LayerProblem& problem, const Vector& importance) {
  std::vector<double> own;
  for (std::size_t k = 0; k < problem.classes.size(); ++k) {
    Matrix H;
    for (Index c = 0; c < problem.classes[k].channels; ++c) {
      const Index channel = problem.classes[k].first + c;
      if (channel % run.ranks.size() != run.ranks.rank()) continue;
      if (H.size() == 0) H = ridge_inverse(problem.sums[k].G);
      const Vector row = price_path(H, problem.sums[k].R.col(c)) * std::max(importance[channel], 1e-300);
      own.push_back(static_cast<double>(channel));
      own.insert(own.end(), row.begin(), row.end());
    }
  }
  return own;
}

/// (features x channels) from the rows of all ranks.
Matrix joined_prices(const Communicator& ranks, const std::vector<double>& own, Index features,
                     Index channels) {
  const std::vector<double> all = ranks.gather(std::span<const double>(own));
  Matrix prices = Matrix::Zero(features, channels);
  if (ranks.is_root()) {
    for (std::size_t at = 0; at < all.size(); at += static_cast<std::size_t>(features + 1)) {
      prices.col(static_cast<Index>(all[at])) = Eigen::Map<const Vector>(all.data() + at + 1, features);
    }
  }
  ranks.broadcast(std::span<double>(prices.data(), static_cast<std::size_t>(prices.size())));
  return prices;
}

}  // namespace

void SharedRun::tell(const char* what, std::size_t layer) const {
  if (!ranks.is_root()) return;
  spdlog::info("{}: layer {} of {}, {:.1f} s", what, layer + 1, network.layers.size(), timer.seconds());
}

LayerProblem layer_problem(SharedRun& run, const StateStream& baseline, const LayeredNetwork& present,
                           const StateStream& own, std::size_t layer) {
  LayerProblem problem;
  agree(run.ranks, [&] {
    problem.data =
        layer_data(run.network, baseline, present, own, layer, run.samples, run.header.samples, run.block);
  });
  const Timer of_sums;
  problem.classes = row_classes(run.network, run.network.layers[layer]);
  for (const RowClass& rows : problem.classes) {
    problem.sums.push_back(class_sums(run.ranks, problem.data, rows));
  }
  run.seconds.gram += of_sums.seconds();
  return problem;
}

Vector layer_importance(const SharedRun& run, const StateStream& baseline, std::size_t layer) {
  return channel_importance(run.ranks, run.network, baseline, layer, run.samples, run.header.samples,
                            run.decides_classes(), run.header.path);
}

Matrix layer_prices(SharedRun& run, const LayerProblem& problem, const Vector& importance) {
  const Timer of_rows;
  std::vector<double> own;
  agree(run.ranks, [&] { own = own_prices(run, problem, importance); });
  run.seconds.rows += of_rows.seconds();
  const Timer of_joining;
  const Layer& layer = *problem.data.layer;
  const Matrix prices = joined_prices(run.ranks, own, problem.data.features(), run.network.channels(layer));
  run.seconds.between += of_joining.seconds();
  if (!run.pattern) return prices;
  std::vector<Index> taps;
  for (const std::size_t i : layer.operators) taps.push_back(run.network.operators[i].taps());
  return with_pattern(prices, taps, *run.pattern);
}

}  // namespace simplicit
