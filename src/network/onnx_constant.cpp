#include "network/onnx_constant.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace simplicit {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX stores raw numbers in little-endian order");

[[noreturn]] void fail(const std::string& fault) {
  throw std::invalid_argument(fault);
}

/// Numbers that the shape declares; never more than the tensor's own bytes hold.
std::size_t declared_numbers(const onnx::TensorProto& tensor, std::size_t stored) {
  std::size_t count = 1;
  for (const std::int64_t length : tensor.dims()) {
    if (length < 0) fail(fmt::format("has an axis of length {}", length));
    const auto factor = static_cast<std::size_t>(length);
    if (factor != 0 && count > stored / factor) fail("declares more numbers than it holds");
    count *= factor;
  }
  if (count != stored) fail(fmt::format("declares {} numbers and holds {}", count, stored));
  return count;
}

/// From the raw bytes, or from the list of typed numbers.
template <class T, class List>
std::vector<T> numbers_of(const onnx::TensorProto& tensor, const List& list) {
  if (!tensor.has_raw_data()) {
    (void)declared_numbers(tensor, static_cast<std::size_t>(list.size()));
    return {list.begin(), list.end()};
  }
  const std::string& raw = tensor.raw_data();
  if (!list.empty()) fail("holds its numbers twice");
  if (raw.size() % sizeof(T) != 0) fail(fmt::format("holds {} bytes, not whole numbers", raw.size()));
  std::vector<T> numbers(declared_numbers(tensor, raw.size() / sizeof(T)));
  if (!numbers.empty()) std::memcpy(numbers.data(), raw.data(), raw.size());
  return numbers;
}

void require_inside(const onnx::TensorProto& tensor) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    fail("keeps its numbers in another file (external data); export with all weights inside the file");
  }
  if (tensor.has_segment()) fail("is split into segments");
}

void require_finite(const std::vector<float>& numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (std::isfinite(numbers[i])) continue;
    fail(fmt::format("holds {} at entry {} (counted from 0)", numbers[i], i));
  }
}

std::string type_name(int type) {
  const std::string& name =
      onnx::TensorProto::DataType_IsValid(type)
          ? onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(type))
          : "unknown";
  return name;
}

}  // namespace

OnnxConstant decode(const onnx::TensorProto& tensor) {
  require_inside(tensor);
  OnnxConstant constant;
  if (tensor.data_type() == onnx::TensorProto::FLOAT) {
    constant.floats = numbers_of<float>(tensor, tensor.float_data());
    require_finite(constant.floats);
  } else if (tensor.data_type() == onnx::TensorProto::INT64) {
    constant.integers = numbers_of<std::int64_t>(tensor, tensor.int64_data());
  } else {
    fail("holds " + type_name(tensor.data_type()) + " numbers, only float32 weights are read");
  }
  constant.shape.assign(tensor.dims().begin(), tensor.dims().end());
  return constant;
}

}  // namespace simplicit
