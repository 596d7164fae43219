#pragma once

#include "export/unrolled_graph.hpp"

#include <string>
#include <utility>
#include <vector>

namespace simplicit {

struct OnnxDescription {
  Index inputs = 0;   ///< p
  Index outputs = 0;  ///< q
  Activation activation = Activation::relu;
  Index batch = 0;  ///< samples a run; 0 leaves it open
  std::string text;
  std::vector<std::pair<std::string, std::string>> properties;  ///< names and values, as metadata
};

/// Writes the steps as an ONNX model (IR version 7, operator set 11, float32): input `u` (batch x p), output
/// `y` (batch x q), operators Gemm, Add and the activation's. Throws InputError when the blocks exceed what
/// one ONNX file holds (2 GiB, a limit of protobuf), before anything is allocated, or when this build has no
/// ONNX (then it says how to get it); SystemError when the disk does not take it.
void write_onnx(const UnrolledGraph& graph, const OnnxDescription& description, const std::string& path);

}  // namespace simplicit
