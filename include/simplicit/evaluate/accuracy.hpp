#pragma once

#include <simplicit/evaluate/classifier.hpp>
#include <simplicit/states/states_file.hpp>

#include <optional>

namespace simplicit {

/// The baseline that the file's group `baseline` holds, the same on all ranks; nothing without one
/// (collective). Throws InputError when its sizes are not those of the samples.
[[nodiscard]] std::optional<Mlp> baseline_of(const Communicator& ranks, const StatesHeader& header);

/// The part of a states file's samples that the classifier decides as the labels say (collective; the same at
/// any number of ranks). The file must have labels.
[[nodiscard]] double accuracy_of(const Communicator& ranks, const Classifier& classifier,
                                 const StatesHeader& header);

}  // namespace simplicit
