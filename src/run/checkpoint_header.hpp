#pragma once

#include <simplicit/run/train_settings.hpp>
#include <simplicit/states/states_file.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace simplicit {

/// What a journal belongs to: everything that decides the rows. Resuming is refused where any of it differs.
[[nodiscard]] nlohmann::json checkpoint_header(const TrainSettings& settings, const StatesHeader& states,
                                               Regime regime, const std::string& states_digest, Index blocks);

/// Every difference between two headers in words a user can act on, as "--kappa was 0.95, now 0.9"; empty
/// when there is none.
[[nodiscard]] std::string differences_between(const nlohmann::json& before, const nlohmann::json& now);

}  // namespace simplicit
