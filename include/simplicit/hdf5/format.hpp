#pragma once

#include <simplicit/hdf5/file.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

// What all files of this program begin with: attributes format ("simplicit-model"), format_version and
// provenance (JSON: how the file came to be).

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

}  // namespace simplicit::hdf5
