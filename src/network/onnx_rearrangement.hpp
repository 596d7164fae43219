#pragma once

#include "network/onnx_node.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace simplicit {

/// What comes out of a node that only moves entries about: entry k is entry sources[k].entry of input
/// sources[k].input, or `fill` where that input is -1.
struct Rearrangement {
  struct Source {
    int input = -1;
    Index entry = 0;
  };
  std::vector<Index> shape;  ///< the axis of the samples, of length 1, among them
  std::vector<Source> sources;
  double fill = 0;
};

/// Whether operators of this type only move entries about.
[[nodiscard]] bool is_rearrangement(const std::string& type);

/// One for each output of the node; fails where entries of different samples would be mixed.
[[nodiscard]] std::vector<Rearrangement> rearrangements_of(const OnnxNode& node);

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
