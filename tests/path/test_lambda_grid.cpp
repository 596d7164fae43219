#include <simplicit/base/error.hpp>
#include <simplicit/path/follow_path.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;
using Catch::Contains;

TEST_CASE("penalties fall evenly on a logarithmic scale, whichever end comes first") {
  const std::vector<double> grid = lambda_grid(1, 1e-4, 5);
  REQUIRE(grid.size() == 5);
  CHECK(grid.front() == 1);
  CHECK(grid.back() == 1e-4);
  for (std::size_t k = 1; k < grid.size(); ++k) CHECK(grid[k] == Approx(grid[k - 1] / 10));
  CHECK(lambda_grid(1e-4, 1, 5) == grid);
  CHECK(lambda_grid(0.5, 0.5, 1) == std::vector<double>{0.5});
  CHECK(lambda_grid(0.5, 0.25, 2) == std::vector<double>{0.5, 0.25});
}

TEST_CASE("a grid that cannot be is refused, naming the flag") {
  CHECK_THROWS_WITH(lambda_grid(0, 1e-4, 5), Contains("--lambda-rel-from"));
  CHECK_THROWS_WITH(lambda_grid(1, -1, 5), Contains("--lambda-rel-to"));
  CHECK_THROWS_WITH(lambda_grid(1, infinity, 5), Contains("--lambda-rel-to"));
  CHECK_THROWS_WITH(lambda_grid(1, 0.1, 0), Contains("--steps"));
  CHECK_THROWS_WITH(lambda_grid(1, 0.1, 1), Contains("--steps"));
  CHECK_THROWS_WITH(lambda_grid(1, 0.1, 1'000'000), Contains("--steps"));
}
