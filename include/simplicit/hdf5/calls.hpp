#pragma once

#include <simplicit/hdf5/handle.hpp>

#include <string>

namespace simplicit::hdf5 {

/// Where a call works; names file and object in the message when it fails.
struct Place {
  std::string path;
  std::string object;    ///< "dataset 'U'", "attribute 'bias'"; empty for the file itself
  bool writing = false;  ///< faults are SystemError instead of InputError

  [[noreturn]] void fail(const std::string& fault) const;
};

[[nodiscard]] Place file_place(const std::string& path, bool writing = false);
[[nodiscard]] Place dataset_place(const std::string& path, const std::string& dataset, bool writing = false);
/// `object` is what carries the attribute, "/" being the file itself.
[[nodiscard]] Place attribute_place(const std::string& path, const std::string& object,
                                    const std::string& attribute, bool writing = false);

// HDF5 prints nothing; these tell what happened.

/// The description HDF5 gives of its last failed call, the most specific one; empty when there is none.
[[nodiscard]] std::string innermost_error();
/// ": " and the innermost error, or nothing; ends a message.
[[nodiscard]] std::string because();
/// Whether any entry of the error stack contains `words`.
[[nodiscard]] bool error_mentions(const std::string& words);

/// The id that an HDF5 call returned, closed by itself; throws at `place` when the call failed.
[[nodiscard]] Handle acquire(hid_t id, Handle::Close close, const Place& place);
/// Throws at `place` when the HDF5 call that returned `status` failed; returns the status otherwise.
long long require(long long status, const Place& place);

}  // namespace simplicit::hdf5
