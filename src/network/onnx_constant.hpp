#pragma once

#include <simplicit/base/types.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace simplicit {

/// A constant of an ONNX graph, row after row. Numbers of every type are doubles here, which hold float32
/// numbers and integers up to 2^53 exactly; larger integers, which stand for "to the end", keep their size.
struct OnnxConstant {
  std::vector<Index> shape;  ///< empty for a single number
  std::vector<double> values;
  bool integer = false;  ///< of an integer type, or truth values
};

/// Decodes the numbers stored in the tensor itself. Throws std::invalid_argument with the fault alone on
/// external data, a type that is no number, or a shape that does not fit the bytes.
[[nodiscard]] OnnxConstant decode(const onnx::TensorProto& tensor);

/// The number as an integer, kept inside +-2^62.
[[nodiscard]] std::int64_t integer_from(double value);

}  // namespace simplicit
