#include <simplicit/layers/magnitude.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace simplicit {

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
