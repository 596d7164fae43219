#include "dataset/byte_source.hpp"

#include <simplicit/base/error.hpp>

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace simplicit {
namespace {

/// Deflate cannot shrink data by more than this (1032:1, rounded up).
constexpr std::uint64_t max_gzip_ratio = 1040;
/// zlib's gzread takes its count as an unsigned int and returns an int.
constexpr std::size_t largest_read = std::size_t{1} << 30U;

gzFile as_gzip(void* file) {
  return static_cast<gzFile>(file);
}

}  // namespace

void ByteSource::Close::operator()(void* file) const {
  gzclose(as_gzip(file));
}

ByteSource::ByteSource(const std::string& path) : path_(path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) refuse("does not exist");
  if (!std::filesystem::is_regular_file(path, error)) refuse("is not a file");
  errno = 0;
  file_.reset(gzopen(path.c_str(), "rb"));
  if (!file_) refuse(std::string("cannot be read: ") + std::strerror(errno));
  const bool plain = gzdirect(as_gzip(file_.get())) != 0;
  most_ = std::filesystem::file_size(path) * (plain ? 1 : max_gzip_ratio);
}

void ByteSource::read(std::uint8_t* out, std::size_t count) {
  while (count > 0) {
    const std::size_t part = std::min(count, largest_read);
    const int got = gzread(as_gzip(file_.get()), out, static_cast<unsigned>(part));
    if (got < 0 || static_cast<std::size_t>(got) != part) refuse("is truncated or damaged");
    out += part;
    count -= part;
  }
}

void ByteSource::refuse(const std::string& fault) const {
  throw InputError(path_ + ": " + fault);
}

bool ByteSource::at_end() {
  std::uint8_t next = 0;
  const int got = gzread(as_gzip(file_.get()), &next, 1);
  if (got > 0) return false;
  int error = Z_OK;
  gzerror(as_gzip(file_.get()), &error);
  if (got < 0 || error != Z_OK) refuse("is truncated or damaged");
  return true;
}

}  // namespace simplicit
