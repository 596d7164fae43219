#include "layers/onnx_model.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace simplicit {
namespace {

onnx::AttributeProto& fresh_attribute(onnx::NodeProto& node, const std::string& name) {
  remove_attribute(node, name);
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  return attribute;
}

template <class T, class List>
std::vector<T> stored_numbers(const onnx::TensorProto& tensor, const List& list) {
  if (!tensor.has_raw_data()) return {list.begin(), list.end()};
  std::vector<T> values(tensor.raw_data().size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.raw_data().data(), values.size() * sizeof(T));
  return values;
}

/// The number of entries that the shape declares; -1 when it is impossible.
Index declared_entries(const onnx::TensorProto& tensor) {
  Index count = 1;
  for (const std::int64_t length : tensor.dims()) {
    if (length < 0 || (length > 0 && count > max_tensor_entries * 16 / length)) return -1;
    count *= length;
  }
  return count;
}

}  // namespace

onnx::ModelProto parse_model(const std::string& bytes, const std::string& path) {
  const google::protobuf::LogSilencer silence;
  onnx::ModelProto model;
  if (bytes.size() > max_onnx_bytes || !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw InputError(path + ": is not an ONNX model, or is truncated or damaged");
  }
  if (!model.has_graph() || model.graph().node_size() == 0) {
    throw InputError(path + ": is not an ONNX model: it has no graph");
  }
  return model;
}

onnx::ValueInfoProto& input_of(onnx::ModelProto& model) {
  return *model.mutable_graph()->mutable_input(0);
}

const std::string& output_of(const onnx::ModelProto& model) {
  return model.graph().output(0).name();
}

std::string title_of(const onnx::NodeProto& node) {
  const std::string output = node.output_size() > 0 ? node.output(0) : "";
  return fmt::format("node '{}' ({})", node.name().empty() ? output : node.name(), node.op_type());
}

const onnx::AttributeProto* attribute_of(const onnx::NodeProto& node, const std::string& name) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

std::int64_t integer_of(const onnx::NodeProto& node, const std::string& name, std::int64_t otherwise) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  return attribute == nullptr ? otherwise : attribute->i();
}

double real_of(const onnx::NodeProto& node, const std::string& name, double otherwise) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  return attribute == nullptr ? otherwise : static_cast<double>(attribute->f());
}

std::string text_of(const onnx::NodeProto& node, const std::string& name, const std::string& otherwise) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  return attribute == nullptr ? otherwise : attribute->s();
}

std::vector<std::int64_t> list_of(const onnx::NodeProto& node, const std::string& name) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  if (attribute == nullptr) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

void put_list(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& attribute = fresh_attribute(node, name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void put_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  onnx::AttributeProto& attribute = fresh_attribute(node, name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void remove_attribute(onnx::NodeProto& node, const std::string& name) {
  auto& attributes = *node.mutable_attribute();
  for (int i = attributes.size() - 1; i >= 0; --i) {
    if (attributes[i].name() == name) attributes.DeleteSubrange(i, 1);
  }
}

std::optional<Numbers> numbers_of(const onnx::TensorProto& tensor, const std::string& path) {
  Numbers numbers;
  const std::string title = path + ": the initializer '" + tensor.name() + "' ";
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    throw InputError(title + "keeps its numbers in another file (external data)");
  }
  if (tensor.data_type() == onnx::TensorProto::FLOAT) {
    for (const float value : stored_numbers<float>(tensor, tensor.float_data()))
      numbers.values.push_back(value);
  } else if (tensor.data_type() == onnx::TensorProto::DOUBLE) {
    numbers.values = stored_numbers<double>(tensor, tensor.double_data());
  } else {
    return {};
  }
  if (declared_entries(tensor) != std::ssize(numbers.values)) {
    throw InputError(title + "holds another count of numbers than its shape declares");
  }
  if (!std::ranges::all_of(numbers.values, [](double value) { return std::isfinite(value); })) {
    throw InputError(title + "holds a number that is not finite");
  }
  numbers.shape.assign(tensor.dims().begin(), tensor.dims().end());
  return numbers;
}

std::optional<std::vector<std::int64_t>> integers_of(const onnx::TensorProto& tensor) {
  if (tensor.data_type() != onnx::TensorProto::INT64) return {};
  std::vector<std::int64_t> values = stored_numbers<std::int64_t>(tensor, tensor.int64_data());
  if (declared_entries(tensor) != std::ssize(values)) return {};
  return values;
}

onnx::TensorProto float_tensor(const std::string& name, const std::vector<Index>& shape,
                               const std::vector<float>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const Index length : shape) tensor.add_dims(length);
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
  return tensor;
}

onnx::TensorProto integer_tensor(const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(std::ssize(values));
  tensor.set_raw_data(values.data(), values.size() * sizeof(std::int64_t));
  return tensor;
}

std::optional<ClipRange> clip_range(const onnx::NodeProto& node,
                                    const std::map<std::string, const onnx::TensorProto*>& initializers,
                                    const std::string& path) {
  if (node.op_type() == "Relu") return ClipRange{};
  if (node.op_type() != "Clip" || node.input_size() > 3) return {};
  constexpr double all = std::numeric_limits<float>::infinity();
  std::array<double, 2> bounds{real_of(node, "min", -all), real_of(node, "max", all)};
  for (int i = 1; i < node.input_size(); ++i) {
    if (node.input(i).empty()) continue;
    const auto constant = initializers.find(node.input(i));
    if (constant == initializers.end()) return {};
    const std::optional<Numbers> number = numbers_of(*constant->second, path);
    if (!number || number->values.size() != 1) return {};
    bounds[static_cast<std::size_t>(i - 1)] = number->values[0];
  }
  if (!(bounds[0] <= bounds[1])) return {};
  return ClipRange{static_cast<float>(bounds[0]), static_cast<float>(bounds[1])};
}

std::map<std::string, const onnx::TensorProto*> initializers_of(const onnx::ModelProto& model) {
  std::map<std::string, const onnx::TensorProto*> initializers;
  for (const onnx::TensorProto& tensor : model.graph().initializer()) initializers[tensor.name()] = &tensor;
  return initializers;
}

std::map<std::string, std::vector<int>> readers_of(const onnx::ModelProto& model) {
  std::map<std::string, std::vector<int>> readers;
  for (int i = 0; i < model.graph().node_size(); ++i) {
    for (const std::string& name : model.graph().node(i).input()) readers[name].push_back(i);
  }
  readers[output_of(model)].push_back(-1);
  return readers;
}

}  // namespace simplicit
