#include <simplicit/problem/gram_tiles.hpp>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace simplicit {
namespace {

// In multiply-adds per sample; a diagonal tile needs its upper half only.
Index cost(const GramTile& tile) {
  const Index entries = tile.rows * tile.cols;
  return tile.on_diagonal() ? (entries + tile.rows) / 2 : entries;
}

constexpr Index narrowest_tile = 256;
constexpr Index widest_tile = 1024;
constexpr Index step_of_widths = 128;

}  // namespace

Index gram_tile(Index features) {
  return std::clamp(features / 4 / step_of_widths * step_of_widths, narrowest_tile, widest_tile);
}

std::vector<GramTile> gram_tiles(Index features, Index targets, int ranks) {
  std::vector<GramTile> tiles;
  const Index width = gram_tile(features);
  for (Index row = 0; row < features; row += width) {
    const Index rows = std::min(width, features - row);
    for (Index col = row; col < features; col += width) {
      tiles.push_back({false, row, col, rows, std::min(width, features - col), 0});
    }
    for (Index col = 0; col < targets; col += width) {
      tiles.push_back({true, row, col, rows, std::min(width, targets - col), 0});
    }
  }
  std::vector<std::size_t> costliest_first(tiles.size());
  std::iota(costliest_first.begin(), costliest_first.end(), std::size_t{0});
  std::stable_sort(costliest_first.begin(), costliest_first.end(),
                   [&](std::size_t a, std::size_t b) { return cost(tiles[a]) > cost(tiles[b]); });
  using Load = std::pair<Index, int>;  // and the rank, so that the first of equal ones is the least
  std::vector<Load> loads;
  for (int rank = 0; rank < ranks; ++rank) loads.emplace_back(0, rank);
  std::priority_queue<Load, std::vector<Load>, std::greater<>> least(std::greater<>(), std::move(loads));
  for (const std::size_t k : costliest_first) {
    const auto [load, rank] = least.top();
    least.pop();
    tiles[k].owner = rank;
    least.emplace(load + cost(tiles[k]), rank);
  }
  return tiles;
}

}  // namespace simplicit
