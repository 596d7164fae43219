#pragma once

#include "shared/layer_data.hpp"
#include <simplicit/run/train_settings.hpp>
#include <simplicit/solve/row_result.hpp>

#include <vector>

namespace simplicit {

/// Solves every row of a class with the penalty of the settings, from G and R, and certifies it on the
/// patches; rows that miss the tolerance are solved again with the correlations that were measured, a few
/// times. Rows are dealt out to ranks (collective; the same results on all ranks). Rows of results are
/// channels of the layer; the constant, the last feature, is free.
[[nodiscard]] std::vector<RowResult> penalised_class(const Communicator& ranks, const LayerData& data,
                                                     const RowClass& rows, const ClassSums& sums,
                                                     const TrainSettings& settings);

}  // namespace simplicit
