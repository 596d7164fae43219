#include "network/onnx_needed_nodes.hpp"

#include <onnx/onnx_pb.h>

namespace simplicit {

NeededNodes needed_nodes(const onnx::GraphProto& graph, const std::string& output) {
  NeededNodes needed;
  for (const onnx::NodeProto& node : graph.node()) {
    for (const std::string& name : node.output()) needed.writers.emplace(name, &node);
  }
  // Each node comes after those that it reads.
  std::set<const onnx::NodeProto*> seen;
  struct Visit {
    const onnx::NodeProto* node;
    int next;
  };
  std::vector<Visit> open;
  const auto visit = [&](const std::string& name) {
    needed.names.insert(name);
    const auto writer = needed.writers.find(name);
    if (writer != needed.writers.end() && seen.insert(writer->second).second)
      open.push_back({writer->second, 0});
  };
  visit(output);
  while (!open.empty()) {
    Visit& last = open.back();
    if (last.next < last.node->input_size()) {
      visit(last.node->input(last.next++));
      continue;
    }
    needed.nodes.push_back(last.node);
    open.pop_back();
  }
  return needed;
}

}  // namespace simplicit
