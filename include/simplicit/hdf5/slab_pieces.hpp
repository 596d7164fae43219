#pragma once

#include <simplicit/hdf5/open_dataset.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <optional>
#include <vector>

namespace simplicit::hdf5 {

/// Values from one row of the first axis to the next.
[[nodiscard]] Index columns_of(const DatasetInfo& info);

/// Throws when the dataset is a single value; rows outside its first axis are a bug.
void require_rows(const OpenDataset& dataset, Index first, Index rows);

/// How many rows make a piece of at most `piece_bytes` (one at least); a row that MPI cannot move in one call
/// is refused.
[[nodiscard]] Index rows_per_piece(const OpenDataset& dataset, std::size_t bytes_per_value,
                                   std::size_t piece_bytes);

/// [begin, end) within the rows of this rank, the same number on every rank: late ones are empty
/// (collective).
[[nodiscard]] std::vector<Range> pieces_of(Index rows, Index piece_rows,
                                           const std::optional<Communicator>& ranks);

/// The memory space of `rows` rows, with the same rows selected in `file_space`; both empty for no rows.
[[nodiscard]] Handle select_rows(hid_t file_space, const DatasetInfo& info, Index first, Index rows,
                                 const Place& place);

}  // namespace simplicit::hdf5
