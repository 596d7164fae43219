#include "network/onnx_node.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <stdexcept>

namespace simplicit {

OnnxNode::OnnxNode(const onnx::NodeProto& proto, const std::map<std::string, OnnxValue>& values,
                   const Network& network, Index batch, const std::string& path)
    : proto_(proto), values_(values), network_(network), batch_(batch), path_(path) {}

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

const OnnxConstant& OnnxNode::floats(int i) const {
  if (is_tensor(i))
    fail("multiplies or adds what the network computes: '" + proto_.input(i) + "' is not a constant");
  const OnnxConstant& constant = value(i).constant;
  if (constant.floats.empty()) fail("needs float32 numbers in '" + proto_.input(i) + "'");
  return constant;
}

const OnnxConstant& OnnxNode::integers(int i) const {
  if (is_tensor(i))
    fail("depends on a shape the network computes: '" + proto_.input(i) + "' is not a constant");
  const OnnxConstant& constant = value(i).constant;
  if (constant.integers.empty()) fail("needs int64 numbers in '" + proto_.input(i) + "'");
  return constant;
}

std::vector<float> OnnxNode::one_a_channel(int i, Index count, const char* what) const {
  if (!has_input(i)) return {};
  const OnnxConstant& constant = floats(i);
  if (static_cast<Index>(constant.floats.size()) != count) {
    fail(fmt::format("has {} {} in '{}', {} are expected", constant.floats.size(), what, proto_.input(i),
                     count));
  }
  return constant.floats;
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

OnnxConstant OnnxNode::constant(const std::string& name) const {
  const onnx::AttributeProto* found = typed(name, onnx::AttributeProto::TENSOR);
  if (found == nullptr) fail("lacks the attribute '" + name + "'");
  try {
    return decode(found->t());
  } catch (const std::invalid_argument& fault) {
    fail(fault.what());
  }
}

}  // namespace simplicit
