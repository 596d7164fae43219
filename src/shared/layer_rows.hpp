#pragma once

#include <simplicit/layers/layered_network.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/problem/quadratic_row.hpp>
#include <simplicit/solve/row_result.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

namespace simplicit {

/// Gives the operators of a layer the weights of its rows, one row for each channel. Features are the taps of
/// the operators side by side, then the constant, which goes to the first operator that has a bias.
void take_rows(LayeredNetwork& network, std::size_t layer, const std::vector<RowResult>& rows);

/// The certificates of the rows, as a model stores them.
[[nodiscard]] ImplicitModel::Rows table_of(const std::vector<RowResult>& rows);

/// The results of all ranks on every rank, by row (collective).
[[nodiscard]] std::vector<RowResult> joined_rows(const Communicator& ranks,
                                                 const std::vector<RowResult>& own);

/// The rows of all classes of a layer, one class after the other: solve(class).
template <class Solve>
std::vector<RowResult> rows_of_classes(std::size_t classes, const Solve& solve) {
  std::vector<RowResult> rows;
  for (std::size_t k = 0; k < classes; ++k) {
    std::vector<RowResult> some = solve(k);
    std::move(some.begin(), some.end(), std::back_inserter(rows));
  }
  return rows;
}

/// Weights of some channels of a class, side by side.
struct ChannelWeights {
  std::vector<Index> channels;  ///< counted from the first of the class
  std::vector<SparseRow> weights;
};
/// Those of all ranks on every rank, by channel (collective).
[[nodiscard]] ChannelWeights joined_weights(const Communicator& ranks, const ChannelWeights& own);

}  // namespace simplicit
