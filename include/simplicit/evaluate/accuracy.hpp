#pragma once

#include <simplicit/evaluate/classifier.hpp>
#include <simplicit/states/states_file.hpp>

namespace simplicit {

/// The part of a states file's samples that the classifier decides as the labels say (collective; the same at
/// any number of ranks). The file must have labels.
[[nodiscard]] double accuracy_of(const Communicator& ranks, const Classifier& classifier,
                                 const StatesHeader& header);

}  // namespace simplicit
