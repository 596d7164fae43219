#include "hdf5/stored_values.hpp"

#include "hdf5/beside.hpp"
#include <simplicit/hdf5/calls.hpp>

#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <utility>

namespace simplicit::hdf5 {
namespace {

constexpr const char* advice = "; copy the values into one file (h5repack -l CONTI IN OUT)";

std::string file_of(const OpenDataset& dataset) {
  std::array<char, 4096> name{};
  require(H5Fget_name(dataset.handle.get(), name.data(), name.size()), dataset.place);
  return name.data();
}

std::uint64_t bytes_of(const DatasetInfo& info) {
  std::uint64_t bytes = info.bytes_per_value;  // OpenDataset has made sure that they fit
  for (const Index extent : info.shape) bytes *= static_cast<std::uint64_t>(extent);
  return bytes;
}

/// Compression has its limits: deflate reaches 1032, runs of one value more. Small datasets may be all zero.
void require_plausible_size(const OpenDataset& dataset) {
  constexpr std::uint64_t always_allowed = std::uint64_t{64} << 20;
  constexpr std::uint64_t most_compressed = 2048;
  const std::uint64_t bytes = bytes_of(dataset.info);
  const std::uint64_t stored = H5Dget_storage_size(dataset.handle.get());
  if (bytes <= always_allowed || bytes / most_compressed <= stored) return;
  dataset.place.fail("claims " + std::to_string(bytes) + " bytes, but the file stores " +
                     std::to_string(stored) + " for it");
}

void require_all_chunks([[maybe_unused]] const OpenDataset& dataset, [[maybe_unused]] hid_t creation) {
#if H5_VERSION_GE(1, 10, 5)
  std::vector<hsize_t> chunk(dataset.info.shape.size());
  require(H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data()), dataset.place);
  hsize_t chunks = 1;
  for (std::size_t axis = 0; axis < chunk.size(); ++axis) {
    const auto extent = static_cast<hsize_t>(dataset.info.shape[axis]);
    const hsize_t along_axis = extent / chunk[axis] + (extent % chunk[axis] != 0 ? 1 : 0);
    if (__builtin_mul_overflow(chunks, along_axis, &chunks)) dataset.place.fail("has an impossible shape");
  }
  hsize_t written = 0;
  require(H5Dget_num_chunks(dataset.handle.get(), dataset.space.get(), &written), dataset.place);
  if (written >= chunks) return;
  dataset.place.fail("is not complete: " + std::to_string(chunks - written) + " of its " +
                     std::to_string(chunks) + " chunks were never written and would read as zeros");
#endif
}

void require_contiguous_data(const OpenDataset& dataset) {
  const std::uint64_t bytes = bytes_of(dataset.info);
  const haddr_t offset = H5Dget_offset(dataset.handle.get());
  if (bytes == 0) return;
  if (offset == HADDR_UNDEF) dataset.place.fail("was never written and would read as zeros");
  const std::uint64_t file_bytes = std::filesystem::file_size(file_of(dataset));
  if (offset <= file_bytes && bytes <= file_bytes - offset) return;
  dataset.place.fail("claims " + std::to_string(bytes) + " bytes from byte " + std::to_string(offset) +
                     " on, but the file has only " + std::to_string(file_bytes) +
                     ": the file is truncated or damaged");
}

/// The files that external storage names, one after the other.
void require_external_files(const OpenDataset& dataset, hid_t creation, int count) {
  std::uint64_t left = bytes_of(dataset.info);
  for (unsigned i = 0; static_cast<int>(i) < count && left > 0; ++i) {
    std::array<char, 4096> name{};
    off_t offset = 0;
    hsize_t size = 0;
    require(H5Pget_external(creation, i, name.size() - 1, name.data(), &offset, &size), dataset.place);
    const std::string file = file_of(dataset);
    const std::string fault = fault_of_file_beside(file, name.data());
    const std::string what = "is stored in the file '" + std::string(name.data()) + "', which ";
    if (!fault.empty()) dataset.place.fail(what + fault + advice);
    const std::uint64_t there = std::filesystem::file_size(path_beside(file, name.data()));
    const std::uint64_t needed = std::min<std::uint64_t>(size, left);
    if (offset < 0 || static_cast<std::uint64_t>(offset) > there ||
        needed > there - static_cast<std::uint64_t>(offset)) {
      dataset.place.fail(what + "has only " + std::to_string(there) + " bytes");
    }
    left -= needed;
  }
  if (left > 0) dataset.place.fail("claims " + std::to_string(left) + " bytes more than its files hold");
}

std::string text_of(ssize_t (*get)(hid_t, size_t, char*, size_t), hid_t creation, std::size_t i,
                    const Place& place) {
  const auto length = static_cast<std::size_t>(require(get(creation, i, nullptr, 0), place));
  std::string text(length + 1, '\0');
  require(get(creation, i, text.data(), text.size()), place);
  text.resize(length);
  return text;
}

/// Follows the sources of virtual datasets, each once.
class VirtualSources {
 public:
  void require_all(const OpenDataset& dataset, hid_t creation, int depth);

 private:
  /// The shape of a source after everything about it was checked.
  const std::vector<Index>& checked_source(const OpenDataset& dataset, const std::string& file_name,
                                           const std::string& dataset_name, int depth);
  using Source = std::pair<std::string, std::string>;  ///< file, dataset
  struct Checked {
    bool done = false;  ///< or else under way: a dataset that is its own source
    std::vector<Index> shape;
  };
  std::map<Source, Checked> checked_;
};

void require_values(const OpenDataset& dataset, VirtualSources& sources, int depth) {
  const Handle creation = acquire(H5Dget_create_plist(dataset.handle.get()), H5Pclose, dataset.place);
  const int external_files = H5Pget_external_count(creation.get());
  if (external_files > 0) return require_external_files(dataset, creation.get(), external_files);
  switch (H5Pget_layout(creation.get())) {
    case H5D_CHUNKED:
      require_all_chunks(dataset, creation.get());
      return require_plausible_size(dataset);
    case H5D_CONTIGUOUS:
      return require_contiguous_data(dataset);
    case H5D_VIRTUAL:
      return sources.require_all(dataset, creation.get(), depth);
    default:
      return;  // compact: the values stand in the header that was read
  }
}

const std::vector<Index>& VirtualSources::checked_source(const OpenDataset& dataset,
                                                         const std::string& file_name,
                                                         const std::string& dataset_name, int depth) {
  constexpr int deepest = 16;
  const std::string path = file_name == "." ? file_of(dataset) : path_beside(file_of(dataset), file_name);
  const auto [entry, is_new] = checked_.try_emplace({path, dataset_name});
  Checked& checked = entry->second;
  if (checked.done) return checked.shape;
  const Place& place = dataset.place;
  const std::string what = "is virtual, and its source '" + dataset_name + "' in '" + file_name + "' ";
  if (!is_new || depth > deepest) place.fail(what + "is virtual too, and so on without end");
  if (file_name != ".") {
    const std::string fault = fault_of_file_beside(file_of(dataset), file_name);
    if (!fault.empty()) place.fail(what + "cannot be read: the file " + fault + advice);
  }
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) place.fail(what + "cannot be read" + because());
  if (H5Lexists(file.get(), dataset_name.c_str(), link_access()) <= 0) place.fail(what + "is missing");
  const OpenDataset source(file.get(), dataset_name, dataset_place(path, dataset_name));
  require_values(source, *this, depth + 1);
  checked = {true, source.info.shape};
  return checked.shape;
}

/// Whether the part of the source that a virtual dataset takes lies inside the source's shape.
bool selection_fits(hid_t selection, hsize_t points, const std::vector<Index>& shape) {
  if (points == 0) return true;
  if (H5Sget_select_type(selection) == H5S_SEL_ALL) {
    hsize_t values = 1;
    for (const Index extent : shape) values *= static_cast<hsize_t>(extent);
    return values == points;
  }
  if (H5Sget_simple_extent_ndims(selection) != static_cast<int>(shape.size())) return false;
  std::vector<hsize_t> first(shape.size()), last(shape.size());
  if (H5Sget_select_bounds(selection, first.data(), last.data()) < 0) return false;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (last[axis] >= static_cast<hsize_t>(shape[axis])) return false;
  }
  return true;
}

void VirtualSources::require_all(const OpenDataset& dataset, hid_t creation, int depth) {
  const Place& place = dataset.place;
  std::size_t count = 0;
  require(H5Pget_virtual_count(creation, &count), place);
  hsize_t mapped = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string file_name = text_of(H5Pget_virtual_filename, creation, i, place);
    const std::string dataset_name = text_of(H5Pget_virtual_dsetname, creation, i, place);
    const Handle target = acquire(H5Pget_virtual_vspace(creation, i), H5Sclose, place);
    const Handle selection = acquire(H5Pget_virtual_srcspace(creation, i), H5Sclose, place);
    const hssize_t points = H5Sget_select_npoints(target.get());
    if (points < 0 || (file_name + dataset_name).find('%') != std::string::npos) {
      place.fail(std::string("is virtual with any number of sources") + advice);
    }
    const std::vector<Index>& shape = checked_source(dataset, file_name, dataset_name, depth);
    if (!selection_fits(selection.get(), static_cast<hsize_t>(points), shape)) {
      place.fail("is virtual, and its source '" + dataset_name + "' in '" + file_name + "' has shape " +
                 shape_text(shape) + ", too small for it");
    }
    mapped += static_cast<hsize_t>(points);
  }
  const auto values = static_cast<hsize_t>(require(H5Sget_simple_extent_npoints(dataset.space.get()), place));
  if (mapped >= values) return;
  place.fail("is virtual, and " + std::to_string(values - mapped) + " of its " + std::to_string(values) +
             " values have no source and would read as zeros");
}

}  // namespace

Storage require_stored(const OpenDataset& dataset, const std::string& path) {
  VirtualSources sources;
  require_values(dataset, sources, 0);
  const Handle creation = acquire(H5Dget_create_plist(dataset.handle.get()), H5Pclose, dataset.place);
  const bool here = H5Pget_layout(creation.get()) != H5D_VIRTUAL &&
                    H5Pget_external_count(creation.get()) <= 0 && file_of(dataset) == path;
  return here ? Storage::here : Storage::elsewhere;
}

}  // namespace simplicit::hdf5
