// Stands in for npz_file.cpp in a build without libarchive.
#include "export/npz_file.hpp"
#include <simplicit/base/error.hpp>

namespace simplicit {

struct NpzFile::Impl {};

void NpzFile::require_support(const std::string& path) {
  throw InputError(path +
                   ": this build does not write npz files. Install libarchive (Debian: apt-get install "
                   "libarchive-dev), configure with -DSIMPLICIT_WITH_NPZ=ON and build again");
}

NpzFile::NpzFile(const std::string& path) {
  require_support(path);
}
NpzFile::~NpzFile() = default;
NpzFile::NpzFile(NpzFile&&) noexcept = default;

void NpzFile::begin_entry(const std::string&, const std::string&, std::size_t, const std::vector<Index>&) {}
void NpzFile::append_bytes(std::span<const std::byte>) {}
void NpzFile::add_text(const std::string&, const std::string&) {}
void NpzFile::end() {}
void NpzFile::finish() {}
void NpzFile::commit() {}

}  // namespace simplicit
