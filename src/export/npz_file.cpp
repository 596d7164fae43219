#include "export/npz_file.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <archive.h>
#include <archive_entry.h>

#include <bit>
#include <cstdint>

namespace simplicit {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

// A fixed date, so that the same input gives the same file.
constexpr std::int64_t second_of_january_1980 = 315619200;

std::string text_of(const std::vector<Index>& shape) {
  std::string text;
  for (const Index extent : shape) text += std::to_string(extent) + ", ";
  return "(" + text + ")";
}

// The magic, the version, the length of the dictionary in 2 bytes, and the dictionary, padded so that the
// array starts at a multiple of 64.
std::string npy_header(const std::string& dtype, const std::vector<Index>& shape) {
  constexpr std::size_t before_dictionary = 10;
  std::string dictionary =
      "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + text_of(shape) + ", }";
  while ((before_dictionary + dictionary.size() + 1) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  const auto length = static_cast<std::uint16_t>(dictionary.size());
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(length & 0xFFU) +
         static_cast<char>(length >> 8U) + dictionary;
}

std::uint64_t count_of(const std::vector<Index>& shape) {
  std::uint64_t count = 1;
  for (const Index extent : shape) count *= static_cast<std::uint64_t>(extent);
  return count;
}

struct FreeArchive {
  void operator()(archive* file) const { archive_write_free(file); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

struct NpzFile::Impl {
  std::string path;
  TemporaryOutput output;
  std::unique_ptr<archive, FreeArchive> file;
  std::string name;        ///< of the array being written
  std::uint64_t left = 0;  ///< its bytes still to come

  explicit Impl(const std::string& to) : path(to), output(to), file(archive_write_new()) {
    check(archive_write_set_format_zip(file.get()));
    check(archive_write_zip_set_compression_store(file.get()));
    check(archive_write_open_filename(file.get(), output.temporary_path().c_str()));
  }

  void check(int status) {
    if (status >= ARCHIVE_OK) return;
    const char* const reason = archive_error_string(file.get());
    throw SystemError(path + ": cannot be written: " + (reason != nullptr ? reason : "unknown reason"));
  }
};

void NpzFile::require_support(const std::string&) {}

NpzFile::NpzFile(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
NpzFile::~NpzFile() = default;
NpzFile::NpzFile(NpzFile&&) noexcept = default;

void NpzFile::begin_entry(const std::string& name, const std::string& dtype, std::size_t bytes_a_value,
                          const std::vector<Index>& shape) {
  const std::string header = npy_header(dtype, shape);
  impl_->name = name;
  impl_->left = header.size() + count_of(shape) * bytes_a_value;
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), (name + ".npy").c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(impl_->left));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), static_cast<time_t>(second_of_january_1980), 0);
  impl_->check(archive_write_header(impl_->file.get(), entry.get()));
  append_bytes(std::as_bytes(std::span(header)));
}

void NpzFile::append_bytes(std::span<const std::byte> bytes) {
  SIMPLICIT_ASSERT(bytes.size() <= impl_->left, impl_->name + ": " + std::to_string(bytes.size()));
  while (!bytes.empty()) {
    const la_ssize_t written = archive_write_data(impl_->file.get(), bytes.data(), bytes.size());
    if (written <= 0) impl_->check(ARCHIVE_FATAL);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    impl_->left -= static_cast<std::uint64_t>(written);
  }
}

void NpzFile::end() {
  SIMPLICIT_ASSERT(impl_->left == 0, impl_->name + ": " + std::to_string(impl_->left) + " bytes missing");
  impl_->check(archive_write_finish_entry(impl_->file.get()));
}

void NpzFile::add_text(const std::string& name, const std::string& text) {
  const std::u32string characters(text.begin(), text.end());  // NumPy's strings are UTF-32
  begin_entry(name, "<U" + std::to_string(text.size()), text.size() * sizeof(char32_t), {});
  append_bytes(std::as_bytes(std::span(characters)));
  end();
}

void NpzFile::finish() {
  impl_->check(archive_write_close(impl_->file.get()));
}

void NpzFile::commit() {
  impl_->output.commit();
}

}  // namespace simplicit
