#pragma once

#include <simplicit/shared/train_shared.hpp>

namespace simplicit {

/// The run report of `train --structure shared --report`, without the seconds.
[[nodiscard]] nlohmann::json shared_report(const SharedOutcome& outcome, int ranks);

}  // namespace simplicit
