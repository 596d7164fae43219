#pragma once

#include <simplicit/base/types.hpp>

#include <vector>

namespace simplicit {

/// Width of a tile of G and R for so many features, about a quarter of them: wide tiles are computed faster,
/// many can be dealt out better. It follows from the size alone, so that a tile's arithmetic never depends on
/// who computes it.
[[nodiscard]] Index gram_tile(Index features);

/// One tile of G = Phi^T Phi (upper triangle; the lower one is its mirror) or of R = Phi^T [Z^T Y^T].
struct GramTile {
  bool of_r = false;
  Index row = 0;  ///< first row
  Index col = 0;  ///< first column
  Index rows = 0;
  Index cols = 0;
  int owner = 0;  ///< rank that computes it

  [[nodiscard]] bool on_diagonal() const { return !of_r && row == col; }
};

/// All tiles of G (d x d) and R (d x targets), dealt to `ranks` ranks so that the arithmetic is even:
/// costliest first, each to the rank with the least so far.
[[nodiscard]] std::vector<GramTile> gram_tiles(Index features, Index targets, int ranks);

}  // namespace simplicit
