#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/solve/row_result.hpp>

#include <vector>

namespace simplicit {

/// The results of all ranks, sorted by row, on all ranks (collective).
[[nodiscard]] std::vector<RowResult> exchanged(const Communicator& ranks, const std::vector<RowResult>& own);

}  // namespace simplicit
