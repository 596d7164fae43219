#pragma once

// What all files of this program begin with: attributes format ("simplicit-model"), format_version and
// provenance (JSON: how the file came to be).

#include <simplicit/base/activation.hpp>
#include <simplicit/hdf5/file.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace simplicit::hdf5 {

/// Throws InputError unless the attribute format_version is this one.
void require_version(const File& file, std::int64_t version);
/// Throws InputError unless the attributes format and format_version are these; `advice` ends the message,
/// where there is something to say about where such files come from.
void require_format(const File& file, const std::string& format, std::int64_t version,
                    const std::string& advice = "");
/// Empty when there is none. Throws InputError when it is not JSON.
[[nodiscard]] nlohmann::json read_provenance(const File& file);

void write_format(File& file, const std::string& format, std::int64_t version);
/// Bytes that are not UTF-8, as names of files may hold, are replaced.
void write_provenance(File& file, const nlohmann::json& provenance);

/// Whether `path` is a regular file that begins as HDF5 files do; false when it cannot be read. Waits for
/// nothing: a pipe is not opened.
[[nodiscard]] bool has_signature(const std::string& path);

/// Writes phi as the attribute `activation` of the file, and its slope as `activation_slope` where that is
/// not the usual one.
void set_activation(File& file, Activation activation);

/// Reads it; throws InputError naming the file and the attribute.
[[nodiscard]] Activation activation_of(const File& file);

}  // namespace simplicit::hdf5
