#pragma once

#include <simplicit/network/network.hpp>

namespace simplicit {

/// Leaves out nodes and tensors that the output does not depend on; the input stays.
[[nodiscard]] Network without_dead_ends(Network network);

}  // namespace simplicit
