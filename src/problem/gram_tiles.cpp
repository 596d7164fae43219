#include <simplicit/problem/gram_tiles.hpp>

#include <algorithm>
#include <numeric>

namespace simplicit {
namespace {

// In multiply-adds per sample; a diagonal tile needs its upper half only.
Index cost(const GramTile& tile) {
  const Index entries = tile.rows * tile.cols;
  return tile.on_diagonal() ? (entries + tile.rows) / 2 : entries;
}

}  // namespace

std::vector<GramTile> gram_tiles(Index features, Index targets, int ranks) {
  std::vector<GramTile> tiles;
  for (Index row = 0; row < features; row += gram_tile) {
    const Index rows = std::min(gram_tile, features - row);
    for (Index col = row; col < features; col += gram_tile) {
      tiles.push_back({false, row, col, rows, std::min(gram_tile, features - col), 0});
    }
    for (Index col = 0; col < targets; col += gram_tile) {
      tiles.push_back({true, row, col, rows, std::min(gram_tile, targets - col), 0});
    }
  }
  std::vector<std::size_t> dearest_first(tiles.size());
  std::iota(dearest_first.begin(), dearest_first.end(), std::size_t{0});
  std::stable_sort(dearest_first.begin(), dearest_first.end(),
                   [&](std::size_t a, std::size_t b) { return cost(tiles[a]) > cost(tiles[b]); });
  std::vector<Index> load(static_cast<std::size_t>(ranks), 0);
  for (const std::size_t k : dearest_first) {
    const auto least = std::min_element(load.begin(), load.end());
    tiles[k].owner = static_cast<int>(least - load.begin());
    *least += cost(tiles[k]);
  }
  return tiles;
}

}  // namespace simplicit
