#pragma once

#include "robustness/open_sample.hpp"
#include <simplicit/base/should_stop.hpp>

#include <cstdint>

namespace simplicit {

/// How the search for a proof or a counterexample ended.
struct SearchOutcome {
  enum class Kind { certified, attacked, open } kind = Kind::open;
  Vector counterexample;  ///< (p) where attacked
  Index domains = 0;      ///< bounded on the way
};

/// Proves all margins of the sample, or finds a counterexample, by an attack first and then by splitting the
/// box along the signs of undecided states until every part is proven; gives up beyond `most_domains` (0:
/// attacks only). `between` is called often and may throw Abandoned.
[[nodiscard]] SearchOutcome search(const OpenSample& sample, Index most_domains, std::uint64_t seed,
                                   const std::function<void()>& between);

}  // namespace simplicit
