#include "solve/working_set.hpp"

#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("a working set knows the Gram matrix of its columns, however they came in") {
  RandomStream random(21, 0);
  const Matrix phi = random_normal(30, 50, random);
  const StoredMatrix stored{phi.data(), Precision::float64, 30, 50, 30};
  WorkingSet working;
  for (const std::vector<int>& entering :
       {std::vector<int>{}, std::vector<int>{40, 3, 17}, std::vector<int>{0}, std::vector<int>{49, 18, 16}}) {
    working.extend(stored, entering);
    const std::vector<int>& columns = working.columns();
    CHECK(std::is_sorted(columns.begin(), columns.end()));
    REQUIRE(working.gram().dimension == static_cast<Index>(columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (std::size_t j = 0; j < columns.size(); ++j) {
        const double expected = phi.col(columns[i]).dot(phi.col(columns[j]));
        CHECK(working.gram().column(static_cast<Index>(j))[i] == Approx(expected).margin(1e-12));
      }
    }
  }
  CHECK(working.columns() == std::vector<int>{0, 3, 16, 17, 18, 40, 49});
}
