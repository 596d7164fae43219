#pragma once

#include <simplicit/states/states_file.hpp>

#include <optional>
#include <string>

namespace simplicit {

/// Says where X differs from phi(Z) by more than the file's precision explains, on up to 64 samples spread
/// over the file, or that Z looks as if it had been through the activation itself; nothing when neither is
/// so. Non-finite numbers throw InputError.
[[nodiscard]] std::optional<std::string> activation_mismatch(const StatesHeader& header);

/// Warns of a mismatch; the file may still be used.
void check_activation(const StatesHeader& header);

}  // namespace simplicit
