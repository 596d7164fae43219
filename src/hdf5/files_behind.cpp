#include <simplicit/hdf5/calls.hpp>
#include <simplicit/hdf5/files_behind.hpp>
#include <simplicit/hdf5/format.hpp>

#include <array>
#include <filesystem>

namespace simplicit::hdf5 {
namespace {

/// No file of ours has more; the rest of a larger one is left unseen.
constexpr std::size_t most_names = 1000;
constexpr std::size_t longest_name = 4096;

struct Names {
  std::filesystem::path folder;  ///< of the file that names them
  std::vector<std::string> found;

  void add(const char* name) {
    if (name == nullptr || *name == 0 || found.size() >= most_names) return;
    found.emplace_back(name);
    if (std::filesystem::path(name).is_relative()) found.push_back((folder / name).string());
  }
};

void add_target(hid_t group, const char* link, const H5L_info_t& info, Names& names) {
  std::vector<char> value(info.u.val_size);
  if (value.empty() || H5Lget_val(group, link, value.data(), value.size(), H5P_DEFAULT) < 0) return;
  const char* file = nullptr;
  const char* object = nullptr;
  if (H5Lunpack_elink_val(value.data(), value.size(), nullptr, &file, &object) >= 0) names.add(file);
}

void add_stores(hid_t group, const char* link, Names& names) {
  const Handle object(H5Oopen(group, link, H5P_DEFAULT), H5Oclose);
  if (!object.valid() || H5Iget_type(object.get()) != H5I_DATASET) return;
  const Handle creation(H5Dget_create_plist(object.get()), H5Pclose);
  if (!creation.valid()) return;
  std::array<char, longest_name> name{};
  const int external = H5Pget_external_count(creation.get());
  for (int i = 0; i < external; ++i) {
    off_t offset = 0;
    hsize_t size = 0;
    if (H5Pget_external(creation.get(), static_cast<unsigned>(i), name.size() - 1, name.data(), &offset,
                        &size) >= 0) {
      names.add(name.data());
    }
  }
  std::size_t sources = 0;
  if (H5Pget_layout(creation.get()) != H5D_VIRTUAL || H5Pget_virtual_count(creation.get(), &sources) < 0)
    return;
  for (std::size_t i = 0; i < sources && names.found.size() < most_names; ++i) {
    if (H5Pget_virtual_filename(creation.get(), i, name.data(), name.size() - 1) >= 0) names.add(name.data());
  }
}

herr_t visit(hid_t group, const char* link, const H5L_info_t* info, void* names) {
  Names& all = *static_cast<Names*>(names);
  if (info->type == H5L_TYPE_EXTERNAL) add_target(group, link, *info, all);
  if (info->type == H5L_TYPE_HARD) add_stores(group, link, all);
  return all.found.size() < most_names ? 0 : 1;
}

}  // namespace

std::vector<std::string> files_behind(const std::string& path) {
  if (!has_signature(path)) return {};
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  Names names{std::filesystem::path(path).parent_path(), {}};
  if (file.valid()) H5Lvisit(file.get(), H5_INDEX_NAME, H5_ITER_NATIVE, visit, &names);
  return names.found;
}

}  // namespace simplicit::hdf5
