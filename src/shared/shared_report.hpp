#pragma once

#include <simplicit/shared/train_shared.hpp>

namespace simplicit {

/// The run report of `train --structure shared --report`, with the seconds that a plan needs.
[[nodiscard]] nlohmann::json shared_report(const SharedOutcome& outcome);

}  // namespace simplicit
