#include "shared/layer_rows.hpp"

#include <simplicit/parallel/values.hpp>
#include <simplicit/solve/row_result_archive.hpp>

#include <algorithm>

namespace simplicit {
namespace {

/// The weights of one channel, on their way.
struct OneChannel {
  Index channel = 0;
  SparseRow row;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& channel;
    archive_list(archive, row.columns);
    archive_list(archive, row.values);
  }
};

}  // namespace

void take_rows(LayeredNetwork& network, std::size_t layer, const std::vector<RowResult>& rows) {
  std::vector<OperatorWeights> weights = network.weights;
  const Layer& at = network.layers[layer];
  const auto constant = static_cast<int>(network.taps(at));
  int first = 0;
  bool bias_given = false;
  for (const std::size_t i : at.operators) {
    const WeightedOperator& op = network.operators[i];
    std::vector<Eigen::Triplet<double, int>> entries;
    weights[i].bias = Vector::Zero(op.bias ? op.channels : 0);
    for (const RowResult& row : rows) {
      for (std::size_t k = 0; k < row.columns.size(); ++k) {
        const int tap = row.columns[k] - first;
        if (row.columns[k] == constant) {
          if (op.bias && !bias_given) weights[i].bias[row.row] = row.values[k];
        } else if (tap >= 0 && tap < op.taps()) {
          entries.emplace_back(static_cast<int>(row.row), tap, row.values[k]);
        }
      }
    }
    bias_given = bias_given || op.bias;
    weights[i].W = SparseMatrix(op.channels, op.taps());
    weights[i].W.setFromTriplets(entries.begin(), entries.end());
    weights[i].W.makeCompressed();
    first += static_cast<int>(op.taps());
  }
  set_weights(network, std::move(weights));
}

ImplicitModel::Rows table_of(const std::vector<RowResult>& rows) {
  ImplicitModel::Rows table;
  for (const RowResult& row : rows) {
    table.primal.push_back(row.primal);
    table.dual.push_back(row.dual);
    table.relative_gap.push_back(row.relative_gap);
    table.status.push_back(static_cast<std::int64_t>(row.status));
    table.iterations.push_back(row.iterations);
    table.nonzeros.push_back(std::ssize(row.columns));
    table.seconds.push_back(row.seconds);
  }
  return table;
}

std::vector<RowResult> joined_rows(const Communicator& ranks, const std::vector<RowResult>& own) {
  std::vector<RowResult> all = joined_on_all(ranks, own);
  std::ranges::sort(all, {}, &RowResult::row);
  return all;
}

ChannelWeights joined_weights(const Communicator& ranks, const ChannelWeights& own) {
  std::vector<OneChannel> mine;
  for (std::size_t i = 0; i < own.channels.size(); ++i) mine.push_back({own.channels[i], own.weights[i]});
  std::vector<OneChannel> all = joined_on_all(ranks, mine);
  std::ranges::sort(all, {}, &OneChannel::channel);
  ChannelWeights joined;
  for (OneChannel& one : all) {
    joined.channels.push_back(one.channel);
    joined.weights.push_back(std::move(one.row));
  }
  return joined;
}

}  // namespace simplicit
