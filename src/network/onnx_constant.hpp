#pragma once

#include <simplicit/base/types.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace simplicit {

/// A constant of an ONNX graph; one of the two lists holds its numbers.
struct OnnxConstant {
  std::vector<Index> shape;  ///< empty for a single number
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
};

/// Decodes float32 or int64 numbers stored in the tensor itself. Throws std::invalid_argument with the fault
/// alone on any other type, external data, a shape that does not fit the numbers, or numbers not finite.
[[nodiscard]] OnnxConstant decode(const onnx::TensorProto& tensor);

}  // namespace simplicit
