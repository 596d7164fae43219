#pragma once

#include "network/onnx_rearrangement.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace simplicit {

/// Entry by entry, from a function of the output's index.
[[nodiscard]] Rearrangement from_index(
    const OnnxNode& node, std::vector<Index> shape,
    const std::function<Rearrangement::Source(const std::vector<Index>&)>& source);

/// The rearrangements of a node of one type, one for each of its outputs.
using RearrangementReader = std::vector<Rearrangement> (*)(const OnnxNode&);
// By type, of one kind each.
[[nodiscard]] std::map<std::string, RearrangementReader> axis_readers();        // order and names of axes
[[nodiscard]] std::map<std::string, RearrangementReader> selection_readers();   // parts, and parts together
[[nodiscard]] std::map<std::string, RearrangementReader> repetition_readers();  // repeated, padded, in blocks

}  // namespace simplicit
