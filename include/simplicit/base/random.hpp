#pragma once

#include <simplicit/base/types.hpp>

#include <cstdint>
#include <random>
#include <vector>

namespace simplicit {

/// A seeded stream of random numbers. The engine is the standard's; the distributions are written out here,
/// because those of the standard library differ from one library to the next. Streams of one seed with
/// different numbers are independent, so one part may draw more without changing what another part sees.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  [[nodiscard]] double uniform();                          ///< in [0, 1), 53 bits
  [[nodiscard]] double normal();                           ///< mean 0, variance 1 (Marsaglia's polar method)
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);  ///< in 0..bound-1, each equally likely; bound > 0
  [[nodiscard]] std::vector<Index> permutation(Index count);  ///< of 0..count-1, each equally likely

 private:
  std::mt19937_64 engine_;
};

}  // namespace simplicit
