#include <simplicit/layers/graph_run.hpp>
#include <simplicit/layers/layered_network.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

namespace simplicit {

Index LayeredNetwork::taps(const Layer& layer) const {
  Index taps = 0;
  for (const std::size_t i : layer.operators) taps += operators[i].taps();
  return taps;
}

Index LayeredNetwork::nonzeros() const {
  Index count = 0;
  for (const OperatorWeights& op : weights) count += op.W.nonZeros() + (op.bias.array() != 0).count();
  return count;
}

Index LayeredNetwork::parameters() const {
  Index count = 0;
  for (const WeightedOperator& op : operators) count += op.channels * (op.taps() + (op.bias ? 1 : 0));
  return count;
}

Index LayeredNetwork::tensor_entries() const {
  Index entries = 0;
  for (const auto& [name, shape] : shapes) entries += entries_of(shape);
  return entries;
}

SparseMatrix without_zeros(const Matrix& W) {
  SparseMatrix sparse = W.sparseView(1.0, 0.0);
  sparse.makeCompressed();
  return sparse;
}

Index batch_size(const LayeredNetwork& network) {
  constexpr Index most = 64;
  constexpr Index entries_at_once = Index{1} << 22;
  if (!network.batched) return 1;
  const Index fit = std::clamp<Index>(entries_at_once / network.tensor_entries(), 1, most);
  return static_cast<Index>(std::bit_floor(static_cast<std::size_t>(fit)));
}

LayeredNetwork pruned_by_magnitude(const LayeredNetwork& network, Index nonzeros) {
  std::vector<double> sizes;
  Index left = nonzeros;
  for (const OperatorWeights& weights : network.weights) {
    left -= (weights.bias.array() != 0).count();
    for (Index k = 0; k < weights.W.nonZeros(); ++k) sizes.push_back(std::abs(weights.W.valuePtr()[k]));
  }
  left = std::clamp<Index>(left, 0, std::ssize(sizes));
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  const double least = left == 0 ? INFINITY : sizes[static_cast<std::size_t>(left - 1)];
  Index ties = left - (std::lower_bound(sizes.begin(), sizes.end(), least, std::greater<>()) - sizes.begin());
  std::vector<OperatorWeights> weights = network.weights;
  for (OperatorWeights& kept : weights) {
    kept.W.prune([&](Index, Index, double value) {
      return std::abs(value) > least || (std::abs(value) == least && ties-- > 0);
    });
    kept.W.makeCompressed();
  }
  LayeredNetwork pruned = network;
  set_weights(pruned, std::move(weights));
  return pruned;
}

}  // namespace simplicit
