#include "shared/choose_shares.hpp"

#include <algorithm>

namespace simplicit {
namespace {

struct Priced {
  double price;
  Index layer, channel;
  int feature;
};

/// The dearest first; a strict order, so that the choice does not depend on the sort.
bool dearer(const Priced& a, const Priced& b) {
  if (a.price != b.price) return a.price > b.price;
  if (a.layer != b.layer) return a.layer < b.layer;
  return a.channel != b.channel ? a.channel < b.channel : a.feature < b.feature;
}

void list(const Matrix& prices, Index layer, std::vector<Priced>& all) {
  for (Index c = 0; c < prices.cols(); ++c) {
    for (Index j = 0; j < prices.rows(); ++j) {
      if (prices(j, c) > 0) all.push_back({prices(j, c), layer, c, static_cast<int>(j)});
    }
  }
}

void keep_highest_priced(std::vector<Priced>& all, Index kept) {
  std::sort(all.begin(), all.end(), dearer);
  if (std::ssize(all) > kept) all.resize(static_cast<std::size_t>(kept));
}

/// Weights that leave between two of the measured numbers.
struct Segment {
  double weights;
  double cost;  ///< of all of them
};

/// Joins neighbours until a weight that leaves later costs no less (pool adjacent violators: R. Barlow,
/// H. Brunk, "The isotonic regression problem and its dual", 1972). The cost of a weight of each segment.
std::vector<double> ascending_costs(const std::vector<Segment>& segments) {
  std::vector<Segment> pools;
  std::vector<std::size_t> members;
  for (const Segment& segment : segments) {
    pools.push_back(segment);
    members.push_back(1);
    while (pools.size() > 1) {
      const Segment& last = pools.back();
      Segment& before = pools[pools.size() - 2];
      if (before.cost * last.weights <= last.cost * before.weights) break;
      before.weights += last.weights;
      before.cost += last.cost;
      members[members.size() - 2] += members.back();
      pools.pop_back();
      members.pop_back();
    }
  }
  std::vector<double> costs;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    costs.insert(costs.end(), members[i], std::max(pools[i].cost, 1e-300) / pools[i].weights);
  }
  return costs;
}

}  // namespace

std::vector<Index> layer_shares(const std::vector<Matrix>& prices, Index kept) {
  std::vector<Priced> all;
  for (std::size_t l = 0; l < prices.size(); ++l) list(prices[l], static_cast<Index>(l), all);
  keep_highest_priced(all, kept);
  std::vector<Index> shares(prices.size(), 0);
  for (const Priced& weight : all) ++shares[static_cast<std::size_t>(weight.layer)];
  return shares;
}

std::vector<std::vector<int>> highest_priced(const Matrix& prices, Index kept) {
  std::vector<Priced> all;
  list(prices, 0, all);
  keep_highest_priced(all, kept);
  std::vector<std::vector<int>> supports(static_cast<std::size_t>(prices.cols()));
  for (const Priced& weight : all)
    supports[static_cast<std::size_t>(weight.channel)].push_back(weight.feature);
  for (std::vector<int>& support : supports) std::sort(support.begin(), support.end());
  return supports;
}

Matrix priced_by_losses(const Matrix& prices, const std::vector<Index>& kept,
                        const std::vector<double>& losses) {
  std::vector<Priced> all;
  list(prices, 0, all);
  std::sort(all.begin(), all.end(), dearer);
  const auto count = [&](std::size_t i) { return std::min(kept[i], static_cast<Index>(std::ssize(all))); };
  std::vector<Segment> segments;
  std::vector<std::size_t> places;  // segment of each pair of neighbours that differ
  for (std::size_t i = 0; i + 1 < kept.size(); ++i) {
    const Index leaving = count(i) - count(i + 1);
    if (leaving == 0) continue;
    segments.push_back({static_cast<double>(leaving), losses[i + 1] - losses[i]});
    places.push_back(i);
  }
  const std::vector<double> costs = ascending_costs(segments);
  Matrix result = prices;
  for (std::size_t k = 0; k < segments.size(); ++k) {
    const auto first = all.begin() + count(places[k] + 1), end = all.begin() + count(places[k]);
    double sum = 0;
    for (auto weight = first; weight != end; ++weight) sum += weight->price;
    const double factor = costs[k] * segments[k].weights / sum;
    for (auto weight = first; weight != end; ++weight) {
      result(weight->feature, weight->channel) = std::max(factor * weight->price, 1e-300);
    }
  }
  return result;
}

Matrix between_prices(const Matrix& first, const Matrix& second, double weight_of_second) {
  const auto mean =
      first.array().max(1e-300).pow(1 - weight_of_second) * second.array().max(1e-300).pow(weight_of_second);
  return (first.array() > 0).select(mean, 0.0);
}

Matrix with_pattern(const Matrix& prices, const std::vector<Index>& taps, const TapPattern& pattern) {
  Matrix result = prices;
  for (Index c = 0; c < prices.cols(); ++c) {
    Index first = 0;
    for (const Index of_operator : taps) {
      for (Index at = first; at < first + of_operator; at += pattern.of) {
        const Index end = std::min(at + pattern.of, first + of_operator);
        std::vector<Priced> group;
        for (Index j = at; j < end; ++j) group.push_back({prices(j, c), 0, c, static_cast<int>(j)});
        std::sort(group.begin(), group.end(), dearer);
        for (std::size_t k = static_cast<std::size_t>(pattern.count); k < group.size(); ++k) {
          result(group[k].feature, c) = 0;
        }
      }
      first += of_operator;
    }
  }
  return result;
}

}  // namespace simplicit
