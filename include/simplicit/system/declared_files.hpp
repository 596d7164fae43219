#pragma once

#include <string>
#include <vector>

namespace simplicit {

/// The files that one command reads and writes, named as the user gave them and held against each other
/// before any work is done: no output ever replaces an input or another output, neither through links nor
/// under another spelling, whether it is there already or not.
class DeclaredFiles {
 public:
  /// A file that is read, or a folder that is read with everything in it. `role` is the flag or the name of
  /// the argument ("--dataset", "STATES"). An empty path declares nothing.
  void reads(const std::string& role, const std::string& path);

  /// A file that will be made or replaced.
  void writes(const std::string& role, const std::string& path);

  /// Files that will be made or replaced in a folder, which is made when it is missing.
  void writes_in(const std::string& role, const std::string& folder, const std::vector<std::string>& names);

  /// Throws InputError naming both when an output is an input or another output, or would replace a file in a
  /// folder that is read; and as require_writable for every output. Files in HDF5 may be replaced in a folder
  /// of images: the command writes HDF5 and reads none there.
  void check() const;

 private:
  struct Declared {
    std::string role;
    std::string path;
  };
  void require_no_input(const Declared& output) const;
  void require_no_earlier_output(std::size_t output) const;
  [[nodiscard]] bool lies_in_a_folder_to_make(const std::string& path) const;

  std::vector<Declared> inputs_;
  std::vector<Declared> outputs_;
  std::vector<std::string> made_folders_;  ///< folders that are made when they are missing
};

/// Whether both are one file, or will be once they are made: through links, whatever the spelling.
[[nodiscard]] bool is_same_file(const std::string& one, const std::string& other);

}  // namespace simplicit
