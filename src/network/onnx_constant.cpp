#include "network/onnx_constant.hpp"

#include <Eigen/Core>
#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
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
  constant.shape.assign(tensor.dims().begin(), tensor.dims().end());
  constant.integer = true;
  const auto keep = [&](const auto& numbers) { constant.values.assign(numbers.begin(), numbers.end()); };
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      constant.integer = false;
      keep(numbers_of<float>(tensor, tensor.float_data()));
      break;
    case onnx::TensorProto::DOUBLE:
      constant.integer = false;
      keep(numbers_of<double>(tensor, tensor.double_data()));
      break;
    case onnx::TensorProto::FLOAT16:
      constant.integer = false;
      for (const std::uint16_t bits : numbers_of<std::uint16_t>(tensor, tensor.int32_data())) {
        constant.values.push_back(static_cast<double>(Eigen::numext::bit_cast<Eigen::half>(bits)));
      }
      break;
    case onnx::TensorProto::BFLOAT16:
      constant.integer = false;
      for (const std::uint16_t bits : numbers_of<std::uint16_t>(tensor, tensor.int32_data())) {
        constant.values.push_back(static_cast<double>(Eigen::numext::bit_cast<Eigen::bfloat16>(bits)));
      }
      break;
    case onnx::TensorProto::INT64:
      keep(numbers_of<std::int64_t>(tensor, tensor.int64_data()));
      break;
    case onnx::TensorProto::INT32:
      keep(numbers_of<std::int32_t>(tensor, tensor.int32_data()));
      break;
    case onnx::TensorProto::INT16:
      keep(numbers_of<std::int16_t>(tensor, tensor.int32_data()));
      break;
    case onnx::TensorProto::INT8:
      keep(numbers_of<std::int8_t>(tensor, tensor.int32_data()));
      break;
    case onnx::TensorProto::UINT16:
      keep(numbers_of<std::uint16_t>(tensor, tensor.int32_data()));
      break;
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::BOOL:
      keep(numbers_of<std::uint8_t>(tensor, tensor.int32_data()));
      break;
    default:
      fail("holds " + type_name(tensor.data_type()) + " numbers, which are not read");
  }
  return constant;
}

std::int64_t integer_from(double value) {
  constexpr double most = 4.6e18;
  if (!(value == value)) return 0;
  return static_cast<std::int64_t>(std::clamp(value, -most, most));
}

}  // namespace simplicit
