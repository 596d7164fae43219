#include "network/onnx_node.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace simplicit {

OnnxNode::OnnxNode(const onnx::NodeProto& proto, const std::map<std::string, OnnxValue>& values,
                   const Network& network, Index batch, const EntryRoom& room, const std::string& path)
    : proto_(proto), values_(values), network_(network), batch_(batch), room_(room), path_(path) {}

std::string OnnxNode::title() const {
  const bool named = !proto_.name().empty() || proto_.output_size() == 0;
  return fmt::format("node '{}' ({})", named ? proto_.name() : proto_.output(0), proto_.op_type());
}

const std::string& OnnxNode::type() const {
  return proto_.op_type();
}

void OnnxNode::fail(const std::string& fault) const {
  throw InputError(path_ + ": " + title() + " " + fault);
}

int OnnxNode::input_count() const {
  return proto_.input_size();
}

bool OnnxNode::has_input(int i) const {
  return i < proto_.input_size() && !proto_.input(i).empty();
}

const OnnxValue& OnnxNode::value(int i) const {
  if (!has_input(i)) fail(fmt::format("lacks its input {} (counted from 0)", i));
  const auto found = values_.find(proto_.input(i));
  if (found == values_.end()) fail("reads '" + proto_.input(i) + "', which nothing before it writes");
  return found->second;
}

bool OnnxNode::is_tensor(int i) const {
  return value(i).tensor.has_value();
}

std::size_t OnnxNode::tensor(int i) const {
  if (!is_tensor(i))
    fail("has a constant, '" + proto_.input(i) + "', where it should read the network's data");
  return *value(i).tensor;
}

const Shape& OnnxNode::shape(int i) const {
  return network_.tensors[tensor(i)];
}

const Shape& OnnxNode::planes(int i) const {
  const Shape& planes = shape(i);
  if (planes.size() != 3) {
    fail("reads a tensor of shape " + shape_text(planes) +
         " a sample, (channels, height, width) is expected");
  }
  return planes;
}

const OnnxConstant& OnnxNode::numbers(int i) const {
  if (is_tensor(i)) fail("depends on what the network computes: '" + proto_.input(i) + "' is not a constant");
  return value(i).constant;
}

const OnnxConstant& OnnxNode::floats(int i) const {
  if (is_tensor(i))
    fail("multiplies or adds what the network computes: '" + proto_.input(i) + "' is not a constant");
  const OnnxConstant& constant = value(i).constant;
  if (constant.values.empty()) fail("needs numbers in '" + proto_.input(i) + "'");
  for (std::size_t k = 0; k < constant.values.size(); ++k) {
    if (std::isfinite(constant.values[k])) continue;
    fail(fmt::format("reads the constant '{}', which holds {} at entry {} (counted from 0)", proto_.input(i),
                     constant.values[k], k));
  }
  return constant;
}

std::vector<std::int64_t> OnnxNode::integers(int i) const {
  if (is_tensor(i))
    fail("depends on a shape the network computes: '" + proto_.input(i) + "' is not a constant");
  const OnnxConstant& constant = value(i).constant;
  if (!constant.integer) fail("needs integers in '" + proto_.input(i) + "'");
  std::vector<std::int64_t> integers;
  for (const double number : constant.values) integers.push_back(integer_from(number));
  return integers;
}

std::vector<Index> OnnxNode::full_shape(int i) const {
  if (!is_tensor(i)) return value(i).constant.shape;
  std::vector<Index> full{1};
  full.insert(full.end(), shape(i).begin(), shape(i).end());
  return full;
}

bool OnnxNode::integer_inputs() const {
  for (int i = 0; i < proto_.input_size(); ++i) {
    if (has_input(i) && (is_tensor(i) || !value(i).constant.integer)) return false;
  }
  return true;
}

int OnnxNode::output_count() const {
  return proto_.output_size();
}

std::vector<float> OnnxNode::one_a_channel(int i, Index count, const char* what) const {
  if (!has_input(i)) return {};
  const OnnxConstant& constant = floats(i);
  if (static_cast<Index>(constant.values.size()) != count) {
    fail(fmt::format("has {} {} in '{}', {} are expected", constant.values.size(), what, proto_.input(i),
                     count));
  }
  return {constant.values.begin(), constant.values.end()};
}

void OnnxNode::require_only(const std::vector<std::string>& names) const {
  for (const onnx::AttributeProto& attribute : proto_.attribute()) {
    if (std::find(names.begin(), names.end(), attribute.name()) == names.end()) {
      fail("has the attribute '" + attribute.name() + "', which is not supported");
    }
    if (!attribute.ref_attr_name().empty()) fail("takes '" + attribute.name() + "' from a function");
  }
}

void OnnxNode::require_inputs(int least, int most) const {
  if (input_count() < least || input_count() > most) {
    fail(fmt::format("has {} inputs, {} are expected", input_count(),
                     least == most ? std::to_string(least) : fmt::format("{} to {}", least, most)));
  }
}

const onnx::AttributeProto* OnnxNode::attribute(const std::string& name) const {
  const auto& all = proto_.attribute();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const onnx::AttributeProto& one) { return one.name() == name; });
  return found == all.end() ? nullptr : &*found;
}

/// The attribute when it is there; fails when it is of another type than the operator's.
const onnx::AttributeProto* OnnxNode::typed(const std::string& name, int type) const {
  const onnx::AttributeProto* found = attribute(name);
  if (found != nullptr && found->type() != type) fail("has the attribute '" + name + "' of a wrong type");
  return found;
}

std::int64_t OnnxNode::integer(const std::string& name, std::int64_t otherwise) const {
  const onnx::AttributeProto* found = typed(name, onnx::AttributeProto::INT);
  return found == nullptr ? otherwise : found->i();
}

double OnnxNode::real(const std::string& name, double otherwise) const {
  const onnx::AttributeProto* found = typed(name, onnx::AttributeProto::FLOAT);
  return found == nullptr ? otherwise : static_cast<double>(found->f());
}

std::string OnnxNode::text(const std::string& name, const std::string& otherwise) const {
  const onnx::AttributeProto* found = typed(name, onnx::AttributeProto::STRING);
  return found == nullptr ? otherwise : found->s();
}

std::vector<std::int64_t> OnnxNode::list(const std::string& name,
                                         const std::vector<std::int64_t>& otherwise) const {
  const onnx::AttributeProto* found = typed(name, onnx::AttributeProto::INTS);
  if (found == nullptr) return otherwise;
  return {found->ints().begin(), found->ints().end()};
}

OnnxConstant OnnxNode::constant() const {
  const auto list = [](const auto& values, bool single, bool integer) {
    OnnxConstant constant;
    constant.values.assign(values.begin(), values.end());
    if (!single) constant.shape = {static_cast<Index>(constant.values.size())};
    constant.integer = integer;
    return constant;
  };
  if (const auto* found = typed("value", onnx::AttributeProto::TENSOR)) {
    try {
      return decode(found->t());
    } catch (const std::invalid_argument& fault) {
      fail(fault.what());
    }
  }
  if (const auto* found = typed("value_float", onnx::AttributeProto::FLOAT))
    return list(std::vector<float>{found->f()}, true, false);
  if (const auto* found = typed("value_floats", onnx::AttributeProto::FLOATS))
    return list(found->floats(), false, false);
  if (const auto* found = typed("value_int", onnx::AttributeProto::INT))
    return list(std::vector<std::int64_t>{found->i()}, true, true);
  if (const auto* found = typed("value_ints", onnx::AttributeProto::INTS))
    return list(found->ints(), false, true);
  fail("holds no numbers");
}

}  // namespace simplicit
