#pragma once

#include "robustness/product.hpp"

#include <cstdint>
#include <vector>

namespace simplicit {

/// A part of the box: where the split states have the signs they were given. One margin is to be proven
/// there.
struct Domain {
  Index pair = 0;
  float bound = 0;                ///< of the margin, as computed; the least are split first
  Index number = 0;               ///< in the order of making, which settles ties
  std::vector<std::int8_t> sign;  ///< (u) 1: z >= 0, -1: z <= 0, 0: not split
  std::vector<float> alpha;       ///< (u) slopes below phi of states that are not split
  std::vector<float> beta;        ///< (u) multipliers of the signs, in the unit of the state
  Index branch = -1;              ///< the state to split next; none left: -1
};

}  // namespace simplicit
