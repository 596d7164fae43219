#include "hdf5/beside.hpp"

#include <filesystem>
#include <utility>

namespace simplicit::hdf5 {
namespace {

namespace fs = std::filesystem;

std::string& refused_link() {
  thread_local std::string fault;
  return fault;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// HDF5 asks before it follows an external link.
herr_t follow_beside_only(const char* parent_file, const char* /*parent_group*/, const char* child_file,
                          const char* /*child_object*/, unsigned* /*flags*/, hid_t /*access*/,
                          void* /*nothing*/) {
  const std::string fault = fault_of_file_beside(parent_file, child_file);
  if (fault.empty()) return 0;
  refused_link() = "leads to the file '" + std::string(child_file) + "', which " + fault;
  return -1;
}

hid_t access_list(hid_t kind) {
  const hid_t access = H5Pcreate(kind);
  H5Pset_elink_cb(access, follow_beside_only, nullptr);
  return access;
}

hid_t make_dataset_access() {
  const hid_t access = access_list(H5P_DATASET_ACCESS);
  H5Pset_efile_prefix(access, "${ORIGIN}");  // external storage beside the file, not in the working directory
  return access;
}

}  // namespace

std::string path_beside(const std::string& path, const std::string& name) {
  return fs::path(name).is_absolute() ? name : (folder_of(path) / name).string();
}

std::string fault_of_file_beside(const std::string& path, const std::string& name) {
  std::error_code error;
  const fs::path file = path_beside(path, name);
  if (!fs::is_regular_file(file, error)) return "does not lie beside it";
  const fs::path folder = folder_of(fs::weakly_canonical(file, error));
  const bool beside = folder == fs::weakly_canonical(folder_of(fs::absolute(path, error)), error) ||
                      folder == folder_of(fs::weakly_canonical(path, error));
  return beside ? "" : "does not lie beside it: only files of the same folder are followed";
}

hid_t link_access() {
  static const hid_t access = access_list(H5P_LINK_ACCESS);
  return access;
}

hid_t group_access() {
  static const hid_t access = access_list(H5P_GROUP_ACCESS);
  return access;
}

hid_t dataset_access() {
  static const hid_t access = make_dataset_access();
  return access;
}

std::string take_refused_link() {
  return std::exchange(refused_link(), "");
}

}  // namespace simplicit::hdf5
