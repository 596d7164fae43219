#include "../support/onnx_models.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/layers/graph_run.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <catch2/catch.hpp>
#include <support/onnx_models.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::vector<float> ramp(Index count) {
  std::vector<float> values;
  for (Index i = 0; i < count; ++i) values.push_back(0.01F * static_cast<float>((i * 37) % 101) - 0.4F);
  return values;
}

/// The outputs of a network on two samples.
std::vector<float> outputs(const LayeredNetwork& network) {
  GraphRun run(network, {network.input}, {network.output}, 2, "net.onnx");
  const std::vector<float> U = ramp(2 * network.inputs());
  const float* y = run.run({U.data()})[0];
  return {y, y + 2 * network.outputs()};
}

void check_same(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).epsilon(1e-5).margin(1e-5));
}

}  // namespace

TEST_CASE("operators, layers and shapes of a small network are found") {
  const LayeredNetwork network = layered_network(small_onnx().bytes(), "net.onnx");
  REQUIRE(network.operators.size() == 2);
  CHECK(network.operators[0].name == "conv");
  CHECK(network.operators[0].taps() == 18);
  CHECK(network.operators[0].positions() == 16);
  CHECK(network.operators[1].dense);
  CHECK(network.operators[1].taps() == 48);
  CHECK(network.parameters() == 3 * 18 + 2 * 48);
  REQUIRE(network.layers.size() == 2);
  CHECK(network.layers[0].target == "conv");
  CHECK_FALSE(network.layers[0].skips);
  CHECK(network.batched);
  CHECK(network.inputs() == 32);
  CHECK(network.outputs() == 2);
}

TEST_CASE("what feeds one sum is one layer, and batch norms are folded into what is before them") {
  OnnxBuilder net;
  net.input("x", {0, 2, 6, 6});
  net.weights("w0", {4, 2, 3, 3}, ramp(72));
  net.weights("w1", {4, 2, 1, 1}, ramp(8));
  net.weights("w2", {4, 1, 3, 3}, ramp(36));
  net.weights("b0", {4}, {1, -1, 0.5F, 0});
  for (const char* name : {"s", "t", "m"}) net.weights(name, {4}, {0.5F, 2, 1, -1});
  net.weights("v", {4}, {1, 2, 0.5F, 1});
  net.weights("head", {144, 5}, ramp(720));
  net.weights("shift", {5}, {1, 2, 3, 4, 5});
  set_list(net.node("Conv", {"x", "w0", "b0"}, "a"), "pads", {1, 1, 1, 1});
  net.node("Conv", {"x", "w1"}, "b");
  net.node("BatchNormalization", {"b", "s", "t", "m", "v"}, "c");
  net.node("Add", {"a", "c"}, "z");
  net.node("Relu", {"z"}, "h");
  onnx::NodeProto& deep = net.node("Conv", {"h", "w2"}, "d");
  set_list(deep, "pads", {1, 1, 1, 1});
  set_number(deep, "group", 4);
  net.node("Add", {"d", "h"}, "e");
  net.node("Relu", {"e"}, "f");
  net.node("Flatten", {"f"}, "g");
  net.node("MatMul", {"g", "head"}, "y0");
  net.node("Add", {"y0", "shift"}, "y");
  net.output("y");
  const LayeredNetwork network = layered_network(net.bytes(), "net.onnx");
  REQUIRE(network.operators.size() == 4);
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[0].operators == std::vector<std::size_t>{0, 1});
  CHECK(network.layers[0].bias);
  CHECK_FALSE(network.layers[0].skips);
  CHECK(network.layers[1].operators == std::vector<std::size_t>{2});
  CHECK(network.layers[1].skips);
  // "z" and "e" go to ReLU alone, "y" is the output
  CHECK(network.layers[0].clip == ClipRange());
  CHECK(network.layers[1].clip == ClipRange());
  CHECK_FALSE(network.layers[2].clip);
  CHECK(network.layers[2].decides);
  CHECK_FALSE(network.layers[1].decides);
  CHECK(network.operators[2].groups == 4);
  CHECK(network.operators[2].taps() == 9);
  CHECK(network.operators[3].bias);
  CHECK(network.parameters() == 4 * (18 + 1) + 4 * (2 + 1) + 36 + 5 * 145);

  // the network as it came, by the other reader of ONNX files
  const Network plain = parse_onnx(net.bytes(), "net.onnx");
  CHECK(plain.nodes.size() == 11);
  SECTION("reading its own bytes again changes nothing") {
    const LayeredNetwork again = layered_network(network.onnx, "again.onnx");
    CHECK(again.onnx == network.onnx);
    check_same(outputs(again), outputs(network));
  }
  SECTION("weights that are put in come out again") {
    LayeredNetwork other = network;
    std::vector<OperatorWeights> weights = network.weights;
    weights[0].W.coeffRef(0, 0) = 0.125;
    weights[3].bias[4] = -2;
    set_weights(other, weights);
    const LayeredNetwork again = layered_network(other.onnx, "again.onnx");
    CHECK(again.weights[0].W.coeff(0, 0) == 0.125);
    CHECK(again.weights[3].bias[4] == -2);
    CHECK((Matrix(again.weights[2].W) - Matrix(network.weights[2].W)).norm() == 0);
  }
}

TEST_CASE("a network without weighted operators, or with impossible ones, is refused by its node") {
  OnnxBuilder none;
  none.input("x", {1, 2, 4, 4});
  none.node("Relu", {"x"}, "y");
  none.output("y");
  CHECK_THROWS_AS(layered_network(none.bytes(), "net.onnx"), InputError);

  OnnxBuilder groups;
  groups.input("x", {1, 2, 4, 4});
  groups.weights("w", {3, 1, 3, 3});
  onnx::NodeProto& node = groups.node("Conv", {"x", "w"}, "y");
  set_number(node, "group", 2);
  groups.output("y");
  CHECK_THROWS_AS(layered_network(groups.bytes(), "net.onnx"), InputError);

  OnnxBuilder large;
  large.input("x", {1, 2, 4, 4});
  large.weights("w", {3, 2, 5, 5});
  large.node("Conv", {"x", "w"}, "y");
  large.output("y");
  CHECK_THROWS_AS(layered_network(large.bytes(), "net.onnx"), InputError);
}

TEST_CASE("a part of a network runs from the tensors it is given") {
  const LayeredNetwork network = layered_network(small_onnx().bytes(), "net.onnx");
  GraphRun whole(network, {"x"}, {"relu", "y"}, 2, "net.onnx");
  const std::vector<float> U = ramp(2 * network.inputs());
  const std::vector<const float*> results = whole.run({U.data()});
  const std::vector<float> relu(results[0], results[0] + 2 * 48);
  const std::vector<float> y(results[1], results[1] + 2 * 2);
  GraphRun rest(network, {"x", "relu"}, {"y"}, 2, "net.onnx");
  const float* again = rest.run({U.data(), relu.data()})[0];
  check_same({again, again + 4}, y);
}

TEST_CASE("a convolution along one axis is found behind a squeeze that names its axes as an input") {
  OnnxBuilder net;
  net.model().mutable_opset_import(0)->set_version(13);
  net.input("x", {0, 1, 3, 8});
  onnx::TensorProto& axes = *net.graph().add_initializer();
  axes.set_name("axes");
  axes.set_data_type(onnx::TensorProto::INT64);
  axes.add_dims(1);
  axes.add_int64_data(1);
  net.weights("w0", {4, 3, 3}, ramp(36));
  net.weights("w1", {2, 24}, ramp(48));
  net.node("Squeeze", {"x", "axes"}, "rows");
  net.node("Conv", {"rows", "w0"}, "z");
  net.node("Relu", {"z"}, "h");
  net.node("Flatten", {"h"}, "flat");
  onnx::NodeProto& head = net.node("Gemm", {"flat", "w1"}, "y");
  set_number(head, "transB", 1);
  net.output("y");
  const LayeredNetwork network = layered_network(net.bytes(), "net.onnx");
  REQUIRE(network.operators.size() == 2);
  CHECK(network.operators[0].channels == 4);
  CHECK(network.operators[0].taps() == 9);
  CHECK(network.operators[0].positions() == 6);
  CHECK(network.parameters() == 36 + 48);
  CHECK(network.onnx.find(sparse_map_layer) == std::string::npos);  // the graph is the one that came
}
