#pragma once

#include <simplicit/base/types.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace simplicit {

/// The name NumPy gives this type of number.
template <class T>
[[nodiscard]] constexpr const char* numpy_type() {
  if constexpr (std::is_same_v<T, float>) return "<f4";
  if constexpr (std::is_same_v<T, double>) return "<f8";
  if constexpr (std::is_same_v<T, std::int32_t>) return "<i4";
  if constexpr (std::is_same_v<T, std::int64_t>) return "<i8";
  if constexpr (std::is_same_v<T, bool>) return "|b1";
}

/// A NumPy archive: a ZIP file (entries stored as they are, large ones in the 64-bit form) of arrays in the
/// NPY format, version 1.0 (NumPy Enhancement Proposal 1). Written under a temporary name; dropped without
/// commit() it leaves nothing behind. Throws SystemError when the disk does not take it, InputError when
/// this build has no libarchive (then it says how to get it).
class NpzFile {
 public:
  /// Throws InputError naming `path`, the file or folder asked for, when this build has no libarchive.
  static void require_support(const std::string& path);

  explicit NpzFile(const std::string& path);
  ~NpzFile();
  NpzFile(NpzFile&&) noexcept;

  /// An array of this shape (empty: a single value) in row-major order; T is float, double, std::int32_t,
  /// std::int64_t or bool.
  template <class T>
  void add(const std::string& name, std::span<const T> values, const std::vector<Index>& shape) {
    begin<T>(name, shape);
    append(values);
    end();
  }
  template <class T>
  void add_value(const std::string& name, T value) {
    add(name, std::span<const T>(&value, 1), {});
  }
  /// ASCII text, a NumPy string (dtype U).
  void add_text(const std::string& name, const std::string& text);

  /// The same piece by piece: begin, all values in any number of pieces, end.
  template <class T>
  void begin(const std::string& name, const std::vector<Index>& shape) {
    begin_entry(name, numpy_type<T>(), sizeof(T), shape);
  }
  template <class T>
  void append(std::span<const T> values) {
    append_bytes(std::as_bytes(values));
  }
  void end();

  /// Completes the file under its temporary name; what is left to fail is the renaming.
  void finish();
  /// Renames it, after finish().
  void commit();

 private:
  void begin_entry(const std::string& name, const std::string& dtype, std::size_t bytes_a_value,
                   const std::vector<Index>& shape);
  void append_bytes(std::span<const std::byte> bytes);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
