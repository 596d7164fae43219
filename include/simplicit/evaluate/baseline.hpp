#pragma once

#include <simplicit/baseline/mlp.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/states_file.hpp>

#include <optional>

namespace simplicit {

/// The baseline that the file's group `baseline` holds, the same on all ranks; nothing without one
/// (collective). Throws InputError when its sizes are not those of the samples.
[[nodiscard]] std::optional<Mlp> baseline_of(const Communicator& ranks, const StatesHeader& header);

/// The baseline as an implicit model that computes what it computes, on all ranks: that of the group
/// `baseline`, or of the dataset `network` written out position by position (collective). Nothing where the
/// file has neither, and with a warning where the network cannot be written out.
[[nodiscard]] std::optional<ImplicitModel> implicit_baseline(const Communicator& ranks,
                                                             const StatesHeader& header);

}  // namespace simplicit
