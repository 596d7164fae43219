#pragma once

#include <simplicit/layers/layered_network.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/solve/row_result.hpp>

#include <vector>

namespace simplicit {

/// Gives the operators of a layer the weights of its rows, one row for each channel. Features are the taps of
/// the operators side by side, then the constant, which goes to the first operator that has a bias.
void take_rows(LayeredNetwork& network, std::size_t layer, const std::vector<RowResult>& rows);

/// The certificates of the rows, as a model stores them.
[[nodiscard]] ImplicitModel::Rows table_of(const std::vector<RowResult>& rows);

}  // namespace simplicit
