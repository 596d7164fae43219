#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <catch2/catch.hpp>
#include <support/onnx_models.hpp>

#include <functional>
#include <limits>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

/// What the reader says of the small network after `change`; empty when it takes it.
std::string fault_of(const std::string& bytes) {
  try {
    (void)parse_onnx(bytes, "net.onnx");
  } catch (const InputError& error) {
    CHECK(error.code() == ExitCode::bad_input);
    CHECK_THAT(error.what(), Catch::StartsWith("net.onnx: "));
    return error.what();
  }
  return "";
}

std::string fault_after(const std::function<void(OnnxBuilder&)>& change) {
  OnnxBuilder net = small_onnx();
  change(net);
  return fault_of(net.bytes());
}

onnx::NodeProto& node_named(OnnxBuilder& net, const std::string& name) {
  for (onnx::NodeProto& node : *net.graph().mutable_node()) {
    if (node.name() == name) return node;
  }
  throw std::logic_error("no node " + name);
}

onnx::TensorProto& weights_named(OnnxBuilder& net, const std::string& name) {
  for (onnx::TensorProto& tensor : *net.graph().mutable_initializer()) {
    if (tensor.name() == name) return tensor;
  }
  throw std::logic_error("no weights " + name);
}

onnx::TensorShapeProto& shape_of_input(OnnxBuilder& net) {
  return *net.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
}

/// The nodes again with `added` before the last one, which reads what it writes.
void insert_before_head(OnnxBuilder& net, const std::string& type, const std::vector<std::string>& inputs) {
  net.graph().mutable_node()->RemoveLast();
  net.node(type, inputs, "added");
  net.node("MatMul", {"added", "v"}, "y");
}

}  // namespace

TEST_CASE("the small network is read") {
  CHECK(fault_after([](OnnxBuilder&) {}).empty());
  const Network network = parse_onnx(small_onnx().bytes(), "net.onnx");
  CHECK(network.inputs() == 32);
  CHECK(layer_units(network) == std::vector<Index>{48});
  CHECK(network.outputs() == 2);
}

TEST_CASE("operators that are not affine are refused with the node's name and the reason") {
  CHECK_THAT(fault_of(small_onnx("MaxPool").bytes()),
             Contains("node 'relu' (MaxPool)") && Contains("takes a maximum, which is not affine"));
  CHECK_THAT(fault_of(small_onnx("Softmax").bytes()), Contains("node 'relu' (Softmax) is not affine"));
  CHECK_THAT(fault_of(small_onnx("Gelu").bytes()),
             Contains("node 'relu' (Gelu) is an activation that an implicit model cannot have"));
  CHECK_THAT(fault_of(small_onnx("Elu").bytes()),
             Contains("node 'relu' (Elu) is not one of the activations"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               insert_before_head(net, "Mul", {"flat", "flat"});
             }),
             Contains("node 'added' (Mul) multiplies or divides two things that the network computes"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { node_named(net, "relu").set_domain("com.example"); }),
             Contains("is of the domain 'com.example'"));
}

TEST_CASE("two kinds of activations, or none, are refused") {
  CHECK_THAT(fault_after([](OnnxBuilder& net) { insert_before_head(net, "Tanh", {"flat"}); }),
             Contains("node 'added' (Tanh) is another activation than node 'relu' (Relu)"));
  CHECK_THAT(fault_of(small_onnx("Identity").bytes()), Contains("has no activation"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               onnx::NodeProto& relu = node_named(net, "relu");
               relu.set_op_type("LeakyRelu");
               onnx::AttributeProto& slope = *relu.add_attribute();
               slope.set_name("alpha");
               slope.set_type(onnx::AttributeProto::FLOAT);
               slope.set_f(1.2F);
             }),
             Contains("node 'relu' (LeakyRelu) has the slope 1.2"));
}

TEST_CASE("one input that the output depends on is expected, others do no harm") {
  CHECK(fault_after([](OnnxBuilder& net) { net.input("other", {1, 3}); }).empty());
  CHECK(fault_after([](OnnxBuilder& net) { net.output("flat"); }).empty());
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               net.input("other", {1, 48});
               insert_before_head(net, "Add", {"flat", "other"});
             }),
             Contains("has several inputs, 'x' and 'other'"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { net.graph().mutable_output(0)->set_name("nowhere"); }),
             Contains("has no input that its output depends on"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { net.graph().clear_input(); }), Contains("has no input"));
}

TEST_CASE("dynamic shapes are refused, an open number of samples is not") {
  CHECK(fault_after([](OnnxBuilder& net) {
          shape_of_input(net).mutable_dim(0)->set_dim_param("batch");
        }).empty());
  CHECK_THAT(
      fault_after([](OnnxBuilder& net) { shape_of_input(net).mutable_dim(2)->set_dim_param("height"); }),
      Contains("input 'x' leaves the length of axis 2 open"));
}

TEST_CASE("weights must be finite numbers inside the file") {
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               onnx::TensorProto& w = weights_named(net, "w");
               w.set_data_type(onnx::TensorProto::STRING);
             }),
             Contains("node 'conv' (Conv)") && Contains("'w', which holds STRING numbers"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               net.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
                   onnx::TensorProto::INT64);
             }),
             Contains("input 'x' is not a tensor of real numbers"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               onnx::TensorProto& v = weights_named(net, "v");
               v.set_data_location(onnx::TensorProto::EXTERNAL);
               v.clear_raw_data();
             }),
             Contains("node 'y' (MatMul)") && Contains("in another file (external data)"));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    CHECK_THAT(fault_after([&](OnnxBuilder& net) {
                 std::string& raw = *weights_named(net, "w").mutable_raw_data();
                 raw.replace(7 * sizeof bad, sizeof bad, reinterpret_cast<const char*>(&bad), sizeof bad);
               }),
               Contains("node 'conv' (Conv)") && Contains("at entry 7"));
  }
}

TEST_CASE("sizes that do not fit are refused before anything is allocated") {
  CHECK_THAT(fault_after([](OnnxBuilder& net) { weights_named(net, "v").set_dims(0, Index{1} << 60); }),
             Contains("node 'y' (MatMul)") && Contains("declares more numbers than it holds"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { weights_named(net, "v").set_dims(0, -48); }),
             Contains("an axis of length -48"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { weights_named(net, "v").set_dims(0, 47); }),
             Contains("declares 94 numbers and holds 96"));
  CHECK_THAT(fault_after(
                 [](OnnxBuilder& net) { shape_of_input(net).mutable_dim(2)->set_dim_value(Index{1} << 40); }),
             Contains("numbers a sample"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { shape_of_input(net).mutable_dim(3)->set_dim_value(5); }),
             Contains("node 'y' (MatMul) has weights of shape (48, 2) that do not fit 60 features"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) {
               set_list(node_named(net, "conv"), "strides", {0, 1});
             }),
             Contains("node 'conv' (Conv) has 0 in 'strides'"));
}

TEST_CASE("truncated and foreign files are refused at every length") {
  const std::string bytes = small_onnx().bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(fault_of(bytes.substr(0, length)).empty());
  }
  CHECK_THAT(fault_of("not a network, but words\n"),
             Contains("is not an ONNX model, or is truncated or damaged"));
  CHECK_THAT(fault_after([](OnnxBuilder& net) { net.model().mutable_opset_import(0)->set_version(99); }),
             Contains("uses operator set 99"));
}
