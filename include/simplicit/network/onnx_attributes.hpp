#pragma once

#include <simplicit/base/activation.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace simplicit {

// What our ONNX writers put into a graph.

void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t number);
void set_real(onnx::NodeProto& node, const std::string& name, double number);
/// Makes the node the operator that computes phi, entry by entry.
void set_activation(onnx::NodeProto& node, Activation activation);
/// Adds a float32 constant of this shape, row after row.
void add_constant(onnx::GraphProto& graph, const std::string& name, const std::vector<float>& numbers,
                  const std::vector<std::int64_t>& shape);

}  // namespace simplicit
