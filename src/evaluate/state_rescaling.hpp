#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/states/states_file.hpp>

#include <string>

namespace simplicit {

/// What the states of the file are multiplied with, (n), so that they carry the model's factors; a file
/// without `state_scale` counts as unscaled. Throws InputError naming both files when the factors differ and
/// phi is not positively homogeneous: such states cannot be rescaled.
[[nodiscard]] Vector state_rescaling(const ImplicitModel& model, const StatesHeader& header,
                                     const std::string& model_path);

}  // namespace simplicit
