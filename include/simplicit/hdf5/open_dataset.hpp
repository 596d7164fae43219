#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/hdf5/calls.hpp>

#include <string>
#include <vector>

namespace simplicit::hdf5 {

/// What kind of numbers a dataset or attribute holds.
enum class Kind { floating, integer, boolean, text, other };

/// What a dataset looks like, without reading it.
struct DatasetInfo {
  Kind kind;
  std::size_t bytes_per_value;  ///< of one value as stored
  std::vector<Index> shape;
  bool chunked;
};

[[nodiscard]] Kind kind_of(hid_t type);
/// Extents along each axis, empty for a scalar; throws at `place` when one does not fit an Index.
[[nodiscard]] std::vector<Index> shape_of(hid_t space, const Place& place);
/// "(3, 4)", "(3,)", "()".
[[nodiscard]] std::string shape_text(const std::vector<Index>& shape);

/// An open dataset whose claimed size was checked against the file.
struct OpenDataset {
  OpenDataset(hid_t file, const std::string& name, const Place& at);
  Place place;
  Handle handle;
  Handle type;
  Handle space;
  DatasetInfo info{};
  bool filtered = false;  ///< compressed, checksummed or otherwise processed chunk by chunk
};

}  // namespace simplicit::hdf5
