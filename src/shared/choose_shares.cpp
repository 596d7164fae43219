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
