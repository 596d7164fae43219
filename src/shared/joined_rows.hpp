#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/problem/quadratic_row.hpp>
#include <simplicit/solve/row_result.hpp>

#include <vector>

namespace simplicit {

/// The results of all ranks on every rank, by row (collective).
[[nodiscard]] std::vector<RowResult> joined_rows(const Communicator& ranks,
                                                 const std::vector<RowResult>& own);

/// Weights of some channels of a class, side by side.
struct ChannelWeights {
  std::vector<Index> channels;  ///< counted from the first of the class
  std::vector<SparseRow> weights;
};
/// Those of all ranks on every rank, by channel (collective).
[[nodiscard]] ChannelWeights joined_weights(const Communicator& ranks, const ChannelWeights& own);

}  // namespace simplicit
