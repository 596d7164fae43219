#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace simplicit {

[[nodiscard]] std::string version();
[[nodiscard]] std::string git_hash();
/// "model name" of the processor as the system reports it, or "unknown".
[[nodiscard]] std::string cpu_type();
/// UTC time as YYYY-MM-DDThh:mm:ssZ.
[[nodiscard]] std::string utc_now();
/// Version, git hash, CPU type, command line and start time: the head of every provenance record.
[[nodiscard]] nlohmann::json provenance(const std::string& command_line);

}  // namespace simplicit
