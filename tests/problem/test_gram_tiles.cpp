#include <simplicit/problem/gram_tiles.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace simplicit;

namespace {

Index arithmetic(const GramTile& tile) {
  return tile.on_diagonal() ? tile.rows * (tile.rows + 1) / 2 : tile.rows * tile.cols;
}

/// How often each entry of [G R] is computed, mirrored ones not counted.
Eigen::MatrixXi times_computed(const std::vector<GramTile>& tiles, Index features, Index targets) {
  Eigen::MatrixXi times = Eigen::MatrixXi::Zero(features, features + targets);
  for (const GramTile& tile : tiles) {
    const Index offset = tile.of_r ? features : 0;
    REQUIRE(tile.row + tile.rows <= features);
    REQUIRE(tile.col + tile.cols <= (tile.of_r ? targets : features));
    times.block(tile.row, tile.col + offset, tile.rows, tile.cols).array() += 1;
  }
  return times;
}

}  // namespace

TEST_CASE("tiles cover R and the upper triangle of G once") {
  for (const Index features : {Index{1}, Index{7}, Index{256}, Index{257}, Index{900}, Index{1900}}) {
    for (const Index targets : {Index{1}, Index{256}, Index{300}}) {
      const Index width = gram_tile(features);
      const Eigen::MatrixXi times = times_computed(gram_tiles(features, targets, 3), features, targets);
      CHECK((times.rightCols(targets).array() == 1).all());
      for (Index j = 0; j < features; ++j) {
        CHECK((times.col(j).head(j + 1).array() == 1).all());
        for (Index i = j + 1; i < features; ++i) {
          // Below the diagonal only what a diagonal tile covers.
          if (times(i, j) != (i / width == j / width ? 1 : 0)) FAIL(i << ", " << j);
        }
      }
    }
  }
}

TEST_CASE("tiles do not depend on the number of ranks but for their owner") {
  const auto alone = gram_tiles(1000, 130, 1);
  for (const int ranks : {2, 3, 64}) {
    const auto shared = gram_tiles(1000, 130, ranks);
    REQUIRE(shared.size() == alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k) {
      CHECK(shared[k].of_r == alone[k].of_r);
      CHECK(shared[k].row == alone[k].row);
      CHECK(shared[k].col == alone[k].col);
      CHECK(shared[k].rows == alone[k].rows);
      CHECK(shared[k].cols == alone[k].cols);
      CHECK(shared[k].owner >= 0);
      CHECK(shared[k].owner < ranks);
    }
  }
}

TEST_CASE("tiles are dealt evenly") {
  for (const int ranks : {1, 2, 3, 4, 7, 50}) {
    const auto tiles = gram_tiles(3000, 200, ranks);
    std::vector<Index> load(static_cast<std::size_t>(ranks), 0);
    Index dearest = 0;
    Index total = 0;
    for (const GramTile& tile : tiles) {
      load[static_cast<std::size_t>(tile.owner)] += arithmetic(tile);
      dearest = std::max(dearest, arithmetic(tile));
      total += arithmetic(tile);
    }
    const auto [least, most] = std::minmax_element(load.begin(), load.end());
    CHECK(*most - *least <= dearest);
    CHECK(*most <= total / ranks + dearest);
  }
}
