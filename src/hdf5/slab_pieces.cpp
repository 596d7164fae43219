#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/slab_pieces.hpp>

#include <algorithm>

namespace simplicit::hdf5 {

Index columns_of(const DatasetInfo& info) {
  Index columns = 1;
  for (std::size_t axis = 1; axis < info.shape.size(); ++axis) columns *= info.shape[axis];
  return columns;
}

void require_rows(const OpenDataset& dataset, Index first, Index rows) {
  const std::vector<Index>& shape = dataset.info.shape;
  if (shape.empty()) dataset.place.fail("is a single value, rows are expected");
  SIMPLICIT_ASSERT(first >= 0 && rows >= 0 && rows <= shape[0] - first,
                   std::to_string(first) + " + " + std::to_string(rows) + " of " + shape_text(shape));
}

Index rows_per_piece(const OpenDataset& dataset, std::size_t bytes_per_value, std::size_t piece_bytes) {
  const std::size_t row_bytes = static_cast<std::size_t>(columns_of(dataset.info)) * bytes_per_value;
  if (row_bytes >= std::size_t{1} << 31) {
    dataset.place.fail("has rows of 2 GiB or more, shape " + shape_text(dataset.info.shape));
  }
  return static_cast<Index>(std::max<std::size_t>(1, piece_bytes / std::max<std::size_t>(1, row_bytes)));
}

std::vector<Range> pieces_of(Index rows, Index piece_rows, const std::optional<Communicator>& ranks) {
  Index count = rows / piece_rows + (rows % piece_rows != 0 ? 1 : 0);
  if (ranks) count = static_cast<Index>(ranks->max(count));
  std::vector<Range> pieces;
  for (Index piece = 0; piece < count; ++piece) {
    const Index begin = std::min(piece * piece_rows, rows);
    pieces.push_back({begin, std::min(begin + piece_rows, rows)});
  }
  return pieces;
}

Handle select_rows(hid_t file_space, const DatasetInfo& info, Index first, Index rows, const Place& place) {
  std::vector<hsize_t> start(info.shape.size(), 0);
  std::vector<hsize_t> count(info.shape.begin(), info.shape.end());
  start[0] = static_cast<hsize_t>(first);
  count[0] = static_cast<hsize_t>(std::max<Index>(rows, 1));
  Handle memory =
      acquire(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose, place);
  if (rows == 0 || columns_of(info) == 0) {
    require(H5Sselect_none(memory.get()), place);
    require(H5Sselect_none(file_space), place);
  } else {
    require(H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
            place);
  }
  return memory;
}

}  // namespace simplicit::hdf5
