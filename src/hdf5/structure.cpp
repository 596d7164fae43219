#include "hdf5/beside.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/calls.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/hdf5/open_dataset.hpp>

#include <array>
#include <filesystem>
#include <limits>

namespace simplicit::hdf5 {
namespace {

bool kept_in_other_files(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  return H5Pget_external_count(creation.get()) > 0;
}

/// A filter that this HDF5 lacks (h5py brings lzf, for example) is named before anything is read.
void require_filters(hid_t creation, const Place& place) {
  const int count = H5Pget_nfilters(creation);
  for (unsigned i = 0; static_cast<int>(i) < count; ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    char name[64] = "";
    const H5Z_filter_t filter =
        H5Pget_filter2(creation, i, &flags, &values, nullptr, sizeof name, name, nullptr);
    if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
    place.fail("is compressed with filter " + std::to_string(filter) +
               (name[0] == '\0' ? "" : std::string(" (") + name + ")") +
               ", which this HDF5 does not have; gzip is always there");
  }
}

/// The file that an external link may have led to.
std::string file_of(hid_t dataset, const Place& place) {
  std::array<char, 4096> name{};
  require(H5Fget_name(dataset, name.data(), name.size()), place);
  return name.data();
}

/// A contiguous dataset that claims more bytes than its file has is damaged; nothing may be allocated for it.
void require_room_in_file(hid_t dataset, std::int64_t bytes, const Place& place) {
  if (kept_in_other_files(dataset)) return;
  const auto file_bytes = static_cast<std::int64_t>(std::filesystem::file_size(file_of(dataset, place)));
  if (bytes > file_bytes) {
    place.fail("claims " + std::to_string(bytes) + " bytes, but the file has only " +
               std::to_string(file_bytes) + ": the file is truncated or damaged");
  }
}

/// Bytes of `shape` values of this size; throws when the number does not fit 63 bits.
std::int64_t bytes_of_shape(const std::vector<Index>& shape, std::size_t bytes_per_value,
                            const Place& place) {
  auto bytes = static_cast<std::int64_t>(bytes_per_value);
  for (const Index extent : shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::int64_t>(extent), &bytes)) {
      place.fail("has the impossible shape " + shape_text(shape));
    }
  }
  return bytes;
}

}  // namespace

std::string shape_text(const std::vector<Index>& shape) {
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

Kind kind_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return Kind::floating;
    case H5T_INTEGER:
      return Kind::integer;
    case H5T_STRING:
      return Kind::text;
    case H5T_ENUM:
      return H5Tget_nmembers(type) == 2 ? Kind::boolean : Kind::other;
    default:
      return Kind::other;
  }
}

std::vector<Index> shape_of(hid_t space, const Place& place) {
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return {0};
  std::vector<hsize_t> extents(static_cast<std::size_t>(require(H5Sget_simple_extent_ndims(space), place)));
  require(H5Sget_simple_extent_dims(space, extents.data(), nullptr), place);
  std::vector<Index> shape;
  for (const hsize_t extent : extents) {
    if (extent > static_cast<hsize_t>(std::numeric_limits<Index>::max())) {
      place.fail("has an impossible number of rows or columns");
    }
    shape.push_back(static_cast<Index>(extent));
  }
  return shape;
}

OpenDataset::OpenDataset(hid_t file, const std::string& name, const Place& at) : place(at) {
  handle = acquire(H5Dopen2(file, name.c_str(), dataset_access()), H5Dclose, place);
  type = acquire(H5Dget_type(handle.get()), H5Tclose, place);
  space = acquire(H5Dget_space(handle.get()), H5Sclose, place);
  const Handle creation = acquire(H5Dget_create_plist(handle.get()), H5Pclose, place);
  info = {kind_of(type.get()), H5Tget_size(type.get()), shape_of(space.get(), place),
          H5Pget_layout(creation.get()) == H5D_CHUNKED};
  filtered = info.chunked && H5Pget_nfilters(creation.get()) > 0;
  if (filtered && !place.writing) require_filters(creation.get(), place);
  const std::int64_t bytes = bytes_of_shape(info.shape, info.bytes_per_value, place);
  if (!place.writing && H5Pget_layout(creation.get()) == H5D_CONTIGUOUS) {
    require_room_in_file(handle.get(), bytes, place);
  }
}

OpenDataset File::open_dataset(const std::string& name) const {
  const Place place = dataset_place(path_, name, writing_);
  if (!has(name)) place.fail("is missing");
  if (!is_dataset(name)) file_place(path_, writing_).fail("'" + name + "' is not a dataset");
  return {handle_.get(), name, place};
}

bool File::has(const std::string& object) const {
  if (object.empty() || object == "/") return true;
  for (std::size_t end = object.find('/', 1);; end = object.find('/', end + 1)) {
    const std::string prefix = object.substr(0, end);
    const bool there = H5Lexists(handle_.get(), prefix.c_str(), link_access()) > 0 &&
                       H5Oexists_by_name(handle_.get(), prefix.c_str(), link_access()) > 0;
    const std::string refused = take_refused_link();
    if (!refused.empty()) Place{path_, "'" + prefix + "'", writing_}.fail(refused);
    if (!there) return false;
    if (end == std::string::npos) return true;
  }
}

bool File::is_dataset(const std::string& object) const {
  const char* const name = object.c_str();
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  const bool known = H5Oget_info_by_name3(handle_.get(), name, &info, H5O_INFO_BASIC, link_access()) >= 0;
#else
  H5O_info_t info;
  const bool known = H5Oget_info_by_name2(handle_.get(), name, &info, H5O_INFO_BASIC, link_access()) >= 0;
#endif
  return known && info.type == H5O_TYPE_DATASET;
}

DatasetInfo File::dataset(const std::string& name) const {
  return open_dataset(name).info;
}

std::vector<std::string> File::names_in(const std::string& group) const {
  const Place place{path_, "group '" + group + "'", writing_};
  if (!has(group)) place.fail("is missing");
  const Handle handle = acquire(H5Gopen2(handle_.get(), group.c_str(), group_access()), H5Gclose, place);
  std::vector<std::string> names;
  const auto append = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  require(H5Literate(handle.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append, &names), place);
  return names;
}

void File::create_group(const std::string& name) {
  const Place place{path_, "group '" + name + "'", true};
  (void)acquire(H5Gcreate2(handle_.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                place);
}

}  // namespace simplicit::hdf5
