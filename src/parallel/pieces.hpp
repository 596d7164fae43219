#pragma once

#include <algorithm>
#include <cstddef>

namespace simplicit {

/// The most bytes in one MPI call, whose counts are int: 1 GiB.
inline constexpr std::size_t largest_piece = std::size_t{1} << 30;

/// Calls transfer(offset, bytes) for consecutive pieces of at most `limit` bytes that make up `total`.
template <class Transfer>
void in_pieces(std::size_t total, std::size_t limit, const Transfer& transfer) {
  for (std::size_t offset = 0; offset < total; offset += limit)
    transfer(offset, std::min(limit, total - offset));
}

}  // namespace simplicit
