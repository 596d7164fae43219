#pragma once

#include <simplicit/parallel/communicator.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace simplicit::test {

/// A new empty directory, removed with everything in it at the end of the test.
class TemporaryDirectory {
 public:
  /// One process.
  TemporaryDirectory() : path_(make()) {}
  /// Made by root for all ranks, removed by root when all are done with it (collective).
  explicit TemporaryDirectory(const Communicator& ranks) : ranks_(ranks) {
    if (ranks.is_root()) path_ = make();
    ranks.broadcast(path_);
  }
  ~TemporaryDirectory() {
    if (ranks_) ranks_->barrier();
    std::error_code ignored;
    if (!ranks_ || ranks_->is_root()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The name of a file in it.
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  static std::string make() {
    std::string name = (std::filesystem::temp_directory_path() / "simplicit-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed for " + name);
    return name;
  }

  std::optional<Communicator> ranks_;
  std::string path_;
};

}  // namespace simplicit::test
