#pragma once

#include <simplicit/run/train_settings.hpp>
#include <simplicit/schedule/plan.hpp>
#include <simplicit/states/states_file.hpp>

#include <vector>

namespace simplicit {

/// GiB of a node that G may take together with the states when --memory is not given. A constant: what is
/// free at the moment must not decide the model's bits.
inline constexpr double default_memory_gib = 16;

/// The regime asked for, or the one the sizes choose: data where there are more features than samples and G
/// would be larger than Phi itself by much, or where G and R do not fit --memory beside the states; else
/// gram. Throws InputError when gram was asked for and does not fit an explicit --memory.
[[nodiscard]] Regime choose_regime(const TrainSettings& settings, const StatesHeader& header);

/// Rows solved together, from their number and the regime alone: few rows must still spread over ranks, many
/// share the reading of all samples, which data mode does in every round.
[[nodiscard]] Index rows_per_block(Index rows, Regime regime);

/// The blocks of rows that ranks solve, of cost 1 a row until it is estimated: the n rows of [A B], then the
/// q rows of [C D]. They follow from the sizes and the regime alone. In data mode every block reads all
/// samples in every round, so that small ones would cost more than ranks that wait at the end.
[[nodiscard]] std::vector<RowBlock> blocks_of(const StatesHeader& header, Regime regime);

}  // namespace simplicit
