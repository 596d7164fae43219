#include <simplicit/base/error.hpp>
#include <simplicit/base/random.hpp>

#include <cmath>
#include <numeric>
#include <utility>

namespace simplicit {
namespace {

std::mt19937_64 engine_of(std::uint64_t seed, std::uint64_t stream) {
  std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
                      static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32U)};
  return std::mt19937_64(words);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream) : engine_(engine_of(seed, stream)) {}

double RandomStream::uniform() {
  return static_cast<double>(engine_() >> 11U) * 0x1p-53;
}

double RandomStream::normal() {
  for (;;) {
    const double u = 2 * uniform() - 1;
    const double v = 2 * uniform() - 1;
    const double s = u * u + v * v;
    if (s > 0 && s < 1) return u * std::sqrt(-2 * std::log(s) / s);
  }
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  SIMPLICIT_ASSERT(bound > 0, std::to_string(bound));
  // Numbers past the last whole multiple of `bound` would favour the small remainders.
  const std::uint64_t excess = (UINT64_MAX % bound + 1) % bound;
  for (;;) {
    const std::uint64_t draw = engine_();
    if (draw <= UINT64_MAX - excess) return draw % bound;
  }
}

std::vector<Index> RandomStream::permutation(Index count) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  return order;
}

}  // namespace simplicit
