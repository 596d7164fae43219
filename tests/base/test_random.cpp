#include <simplicit/base/random.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>

using namespace simplicit;

TEST_CASE("a stream is fixed by its seed and number") {
  RandomStream a(7, 1);
  RandomStream b(7, 1);
  RandomStream other_stream(7, 2);
  RandomStream other_seed(8, 1);
  int equal_stream = 0;
  int equal_seed = 0;
  for (int i = 0; i < 100; ++i) {
    const double value = a.uniform();
    CHECK(value == b.uniform());
    if (value == other_stream.uniform()) ++equal_stream;
    if (value == other_seed.uniform()) ++equal_seed;
  }
  CHECK(equal_stream == 0);
  CHECK(equal_seed == 0);
}

TEST_CASE("the high half of seeds and stream numbers counts") {
  CHECK(RandomStream(1, 0).uniform() != RandomStream(1 + (std::uint64_t{1} << 32U), 0).uniform());
  CHECK(RandomStream(1, 0).uniform() != RandomStream(1, std::uint64_t{1} << 32U).uniform());
}

TEST_CASE("uniform and normal numbers have their moments") {
  constexpr int draws = 100000;
  RandomStream random(3, 0);
  double sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double u = random.uniform();
    REQUIRE((u >= 0 && u < 1));
    sum += u;
    const double z = random.normal();
    normal_sum += z;
    normal_squares += z * z;
  }
  // Five standard deviations of each mean.
  CHECK(sum / draws == Approx(0.5).margin(5 * 0.2887 / std::sqrt(draws)));
  CHECK(normal_sum / draws == Approx(0).margin(5 / std::sqrt(draws)));
  CHECK(normal_squares / draws == Approx(1).margin(5 * std::sqrt(2.0 / draws)));
}

TEST_CASE("below covers its range evenly") {
  constexpr int draws = 60000;
  RandomStream random(5, 0);
  std::array<int, 6> counts{};
  for (int i = 0; i < draws; ++i) ++counts.at(random.below(6));
  for (const int count : counts) CHECK(count == Approx(draws / 6).margin(5 * std::sqrt(draws * 5.0 / 36)));
  CHECK(random.below(1) == 0);
  // Just above half the range, half of all plain remainders would fall below 2^63 - 1 twice as often.
  const std::uint64_t bound = (std::uint64_t{1} << 63U) + (std::uint64_t{1} << 62U);
  int low = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t draw = random.below(bound);
    REQUIRE(draw < bound);
    if (draw < bound / 3) ++low;
  }
  CHECK(low == Approx(1000).margin(5 * std::sqrt(3000 * 2.0 / 9)));
}

TEST_CASE("a permutation has every number once, in any place equally often") {
  RandomStream random(9, 0);
  std::array<std::array<int, 4>, 4> places{};
  for (int i = 0; i < 24000; ++i) {
    const std::vector<Index> order = random.permutation(4);
    REQUIRE(std::is_permutation(order.begin(), order.end(), std::array<Index, 4>{0, 1, 2, 3}.begin()));
    for (std::size_t place = 0; place < 4; ++place)
      ++places[place].at(static_cast<std::size_t>(order[place]));
  }
  for (const auto& row : places) {
    for (const int count : row) CHECK(count == Approx(6000).margin(5 * std::sqrt(24000 * 3.0 / 16)));
  }
  CHECK(random.permutation(0).empty());
  CHECK(random.permutation(1) == std::vector<Index>{0});
}
