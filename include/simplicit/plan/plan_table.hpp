#pragma once

#include <simplicit/plan/prediction.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// Seconds with three digits from a millisecond up, so that columns of small and large numbers stay readable.
[[nodiscard]] std::string seconds_text(double seconds);

/// The predictions as a table for people: seconds, speed-up, efficiency, coordinator and memory a node.
[[nodiscard]] std::string plan_table(const std::vector<Prediction>& predictions);

/// The same with everything known, for programs (docs/files.md).
[[nodiscard]] nlohmann::json plan_report(const std::vector<RunRecord>& records, const Cluster& cluster,
                                         const std::vector<Prediction>& predictions);

}  // namespace simplicit
