#pragma once

#include <simplicit/states/states_file.hpp>

#include <nlohmann/json.hpp>

namespace simplicit {

/// Everything in the header but the path, exactly: the form sent between ranks and the head of the digest.
[[nodiscard]] nlohmann::json record_of(const StatesHeader& header);
[[nodiscard]] StatesHeader header_from_record(const nlohmann::json& record, const std::string& path);

}  // namespace simplicit
