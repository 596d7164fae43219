#include <simplicit/base/error.hpp>
#include <simplicit/system/declared_files.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

namespace fs = std::filesystem;

using Identity = std::pair<dev_t, ino_t>;

/// What the system knows a file or folder by; nothing when there is none.
std::optional<Identity> identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

std::string folder_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? "." : parent.string();
}

/// Two names that are not there yet meet in the nearest folder that is there, by the same steps from it.
struct FutureFile {
  std::optional<Identity> folder;
  fs::path steps;

  explicit FutureFile(const std::string& path) {
    fs::path from = fs::path(target_of_links(path));
    steps = from.filename();
    for (from = folder_of(from); !(folder = identity_of(from.string())); from = folder_of(from)) {
      steps = from.filename() / steps;
      if (from == folder_of(from)) return;
    }
  }
  bool operator==(const FutureFile& other) const {
    return folder && folder == other.folder && steps.lexically_normal() == other.steps.lexically_normal();
  }
};

bool is_hdf5_or_empty(const std::string& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::array<char, 8> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return file.gcount() == 0 || begin == signature;
}

bool lies_under(const std::string& path, const Identity& folder) {
  std::error_code error;
  fs::path above = fs::canonical(path, error).parent_path();
  for (; !error && !above.empty(); above = above.parent_path()) {
    if (identity_of(above.string()) == folder) return true;
    if (above == above.root_path()) break;
  }
  return false;
}

/// Files in the folder may be links to elsewhere; data sets lie one or two folders deep.
bool is_linked_from(const std::string& folder, const std::string& path) {
  constexpr int deepest = 2;
  constexpr int most_entries = 10'000;
  const auto wanted = identity_of(path);
  std::error_code error;
  int entries = 0;
  for (fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && entry != end && entries < most_entries; entry.increment(error), ++entries) {
    if (entry.depth() >= deepest) entry.disable_recursion_pending();
    if (identity_of(entry->path().string()) == wanted) return true;
  }
  return false;
}

bool would_replace_a_file_of(const std::string& folder, const std::string& output) {
  const auto identity = identity_of(folder);
  if (!identity || !identity_of(output) || is_hdf5_or_empty(output)) return false;
  return lies_under(output, *identity) || is_linked_from(folder, output);
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

}  // namespace

bool is_same_file(const std::string& one, const std::string& other) {
  const auto identity = identity_of(one);
  if (identity && identity == identity_of(other)) return true;
  return FutureFile(one) == FutureFile(other);
}

void DeclaredFiles::reads(const std::string& role, const std::string& path) {
  if (!path.empty()) inputs_.push_back({role, path});
}

void DeclaredFiles::writes(const std::string& role, const std::string& path) {
  if (!path.empty()) outputs_.push_back({role, path});
}

void DeclaredFiles::writes_in(const std::string& role, const std::string& folder,
                              const std::vector<std::string>& names) {
  for (const std::string& name : names) writes(role, (fs::path(folder) / name).string());
  made_folders_.push_back(folder);
}

void DeclaredFiles::require_no_input(const Declared& output) const {
  for (const Declared& input : inputs_) {
    if (is_folder(input.path)) {
      if (!would_replace_a_file_of(input.path, output.path)) continue;
      throw InputError(output.role + " would replace " + output.path + ", a file of " + input.role + " " +
                       input.path + "; choose another name");
    }
    if (!is_same_file(output.path, input.path)) continue;
    throw InputError(output.role + " " + output.path + " and " + input.role + " " + input.path +
                     " are the same file, which the command reads; choose another name for " + output.role);
  }
}

void DeclaredFiles::require_no_earlier_output(std::size_t output) const {
  for (std::size_t earlier = 0; earlier < output; ++earlier) {
    if (!is_same_file(outputs_[output].path, outputs_[earlier].path)) continue;
    throw InputError(outputs_[output].role + " and " + outputs_[earlier].role + " are the same file, " +
                     outputs_[output].path + "; choose another name");
  }
}

bool DeclaredFiles::lies_in_a_folder_to_make(const std::string& path) const {
  return std::any_of(made_folders_.begin(), made_folders_.end(), [&](const std::string& folder) {
    return !is_folder(folder) && folder_of(path) == folder_of((fs::path(folder) / "file").string());
  });
}

void DeclaredFiles::check() const {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    require_no_input(outputs_[i]);
    require_no_earlier_output(i);
  }
  for (const Declared& output : outputs_) {
    if (!lies_in_a_folder_to_make(output.path)) require_writable(output.path);
  }
}

}  // namespace simplicit
