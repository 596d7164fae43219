#include "dataset/idx.hpp"

#include <simplicit/base/error.hpp>

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>

namespace simplicit {
namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;
constexpr int max_axes = 4;
/// Deflate cannot shrink data by more than this (1032:1, rounded up).
constexpr std::uint64_t max_gzip_ratio = 1040;

[[noreturn]] void refuse(const std::string& path, const std::string& fault) {
  throw InputError(path + ": " + fault);
}

std::ifstream open_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) refuse(path, "does not exist");
  if (!std::filesystem::is_regular_file(path, error)) refuse(path, "is not a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  return file;
}

bool is_gzipped(std::istream& file) {
  std::array<char, 2> magic{};
  file.read(magic.data(), magic.size());
  const bool gzipped = file.gcount() == 2 && magic[0] == '\x1f' && magic[1] == '\x8b';
  file.clear();
  file.seekg(0);
  return gzipped;
}

void read_bytes(std::istream& stream, std::uint8_t* out, std::size_t count, const std::string& path) {
  stream.read(reinterpret_cast<char*>(out), static_cast<std::streamsize>(count));
  if (static_cast<std::size_t>(stream.gcount()) != count) refuse(path, "is truncated or damaged");
}

std::vector<Index> read_shape(std::istream& stream, const std::string& path) {
  std::array<std::uint8_t, 4> magic{};
  read_bytes(stream, magic.data(), magic.size(), path);
  if (magic[0] != 0 || magic[1] != 0) refuse(path, "is not an IDX file");
  if (magic[2] != unsigned_bytes) refuse(path, "does not hold unsigned bytes");
  if (magic[3] < 1 || magic[3] > max_axes) {
    refuse(path,
           "has " + std::to_string(magic[3]) + " axes, 1 to " + std::to_string(max_axes) + " are expected");
  }
  std::vector<Index> shape;
  for (int axis = 0; axis < magic[3]; ++axis) {
    std::array<std::uint8_t, 4> length{};
    read_bytes(stream, length.data(), length.size(), path);
    shape.push_back((Index{length[0]} << 24) | (Index{length[1]} << 16) | (Index{length[2]} << 8) |
                    Index{length[3]});
  }
  return shape;
}

std::uint64_t declared_bytes(const std::vector<Index>& shape, std::uint64_t max_bytes,
                             const std::string& path) {
  std::uint64_t bytes = 1;
  for (const Index length : shape) {
    if (length == 0) refuse(path, "holds no data: an axis has length 0");
    if (bytes > max_bytes / static_cast<std::uint64_t>(length)) {
      refuse(path, "declares more than " + std::to_string(max_bytes) + " bytes");
    }
    bytes *= static_cast<std::uint64_t>(length);
  }
  return bytes;
}

IdxArray read_stream(std::istream& stream, std::uint64_t most_possible, std::uint64_t max_bytes,
                     std::optional<Index> first, const std::string& path) {
  IdxArray array;
  array.shape = read_shape(stream, path);
  const std::uint64_t bytes = declared_bytes(array.shape, max_bytes, path);
  if (bytes > most_possible) {
    refuse(path, "is truncated: its header declares " + std::to_string(bytes) + " values");
  }
  const bool in_part = first && *first >= 0 && *first < array.shape[0];
  array.values.resize(in_part ? bytes / static_cast<std::uint64_t>(array.shape[0]) *
                                    static_cast<std::uint64_t>(*first)
                              : bytes);
  read_bytes(stream, array.values.data(), array.values.size(), path);
  if (in_part) return array;
  if (stream.peek() != std::istream::traits_type::eof()) {
    refuse(path, "is longer than its header says (" + std::to_string(bytes) + " values)");
  }
  // peek() also sees an end of file when the decompressor found the checksum wrong.
  if (stream.bad()) refuse(path, "is truncated or damaged");
  return array;
}

}  // namespace

IdxArray read_idx(const std::string& path, std::uint64_t max_bytes, std::optional<Index> first) {
  std::ifstream file = open_file(path);
  const std::uint64_t file_bytes = std::filesystem::file_size(path);
  if (!is_gzipped(file)) return read_stream(file, file_bytes, max_bytes, first, path);

  boost::iostreams::filtering_istream stream;
  stream.push(boost::iostreams::gzip_decompressor());
  stream.push(file);
  return read_stream(stream, file_bytes * max_gzip_ratio, max_bytes, first, path);
}

}  // namespace simplicit
