#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace simplicit {

/// The node that writes each tensor.
using OnnxWriters = std::map<std::string, const onnx::NodeProto*>;

/// The nodes that the output depends on, in their order, and the names that they read.
struct NeededNodes {
  std::vector<const onnx::NodeProto*> nodes;
  std::set<std::string> names;
  OnnxWriters writers;  ///< of all tensors of the graph
};

/// Goes from the output back, so that nodes may stand in the file in any order; those of a circle are listed
/// too, with one that reads a name before it is written.
[[nodiscard]] NeededNodes needed_nodes(const onnx::GraphProto& graph, const std::string& output);

}  // namespace simplicit
