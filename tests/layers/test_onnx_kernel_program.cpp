#include <simplicit/base/random.hpp>
#include <simplicit/kernels/sparse_forward.hpp>
#include <simplicit/layers/graph_run.hpp>
#include <simplicit/layers/kernel_program.hpp>
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/layers/network_forward.hpp>

#include <catch2/catch.hpp>
#include <support/onnx_models.hpp>

#include <algorithm>
#include <cmath>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::vector<float> random_numbers(Index count, unsigned stream) {
  RandomStream random(3, stream);
  std::vector<float> numbers;
  for (Index i = 0; i < count; ++i) numbers.push_back(0.5F * static_cast<float>(random.normal()));
  return numbers;
}

/// Random weights under this name.
void draw(OnnxBuilder& net, const std::string& name, const std::vector<Index>& shape) {
  const Index count = std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
  net.weights(name, shape, random_numbers(count, static_cast<unsigned>(net.graph().initializer_size())));
}

/// Strides, uneven padding, groups, a batch norm, pools that round up, a join, a head with softmax.
std::string plain_network() {
  OnnxBuilder net;
  net.input("x", {0, 3, 11, 9});
  draw(net, "w0", {6, 3, 3, 3});
  draw(net, "b0", {6});
  onnx::NodeProto& stem = net.node("Conv", {"x", "w0", "b0"}, "stem");
  set_list(stem, "strides", {2, 1});
  set_list(stem, "pads", {1, 0, 1, 2});
  for (const char* name : {"s", "t", "m"}) draw(net, name, {6});
  net.weights("v", {6}, {1, 2, 0.5F, 1, 3, 0.1F});
  net.node("Relu", {"stem"}, "a0");
  net.node("BatchNormalization", {"a0", "s", "t", "m", "v"}, "normed");
  onnx::NodeProto& pool = net.node("MaxPool", {"normed"}, "pooled");
  set_list(pool, "kernel_shape", {3, 2});
  set_list(pool, "strides", {2, 2});
  set_list(pool, "pads", {1, 0, 1, 0});
  set_number(pool, "ceil_mode", 1);
  draw(net, "w1", {6, 1, 3, 3});
  onnx::NodeProto& depthwise = net.node("Conv", {"pooled", "w1"}, "depthwise");
  set_number(depthwise, "group", 6);
  set_list(depthwise, "pads", {1, 1, 1, 1});
  net.weights("least", {}, {-0.5F});
  net.weights("most", {}, {0.75F});
  net.node("Clip", {"depthwise", "least", "most"}, "clipped");
  set_number(net.node("Concat", {"clipped", "pooled"}, "joined"), "axis", 1);
  net.node("GlobalAveragePool", {"joined"}, "mean");
  net.node("Flatten", {"mean"}, "flat");
  draw(net, "w2", {5, 12});
  draw(net, "b2", {5});
  set_number(net.node("Gemm", {"flat", "w2", "b2"}, "head"), "transB", 1);
  net.node("Softmax", {"head"}, "y");
  net.output("y");
  return net.bytes();
}

/// A skip, a gate, constants a channel and for all, averages with and without padding, dense layers by
/// MatMul.
std::string gated_network() {
  OnnxBuilder net;
  net.input("x", {0, 2, 8, 8});
  draw(net, "w0", {4, 2, 3, 3});
  draw(net, "w1", {4, 4, 3, 3});
  set_list(net.node("Conv", {"x", "w0"}, "z0"), "pads", {1, 1, 1, 1});
  net.node("LeakyRelu", {"z0"}, "a0");
  set_list(net.node("Conv", {"a0", "w1"}, "z1"), "pads", {1, 1, 1, 1});
  net.node("Add", {"z1", "a0"}, "sum");
  net.node("Tanh", {"sum"}, "a1");
  net.weights("scale", {1, 4, 1, 1}, {2, -1, 0.5F, 3});
  net.node("Mul", {"a1", "scale"}, "scaled");
  net.weights("quarter", {1}, {0.25F});
  net.node("Sub", {"scaled", "quarter"}, "shifted");
  net.node("GlobalAveragePool", {"shifted"}, "mean");
  draw(net, "w2", {4, 4, 1, 1});
  net.node("Conv", {"mean", "w2"}, "gate");
  net.node("Sigmoid", {"gate"}, "opened");
  net.node("Mul", {"shifted", "opened"}, "gated");
  onnx::NodeProto& counting = net.node("AveragePool", {"gated"}, "counting");
  set_list(counting, "kernel_shape", {3, 3});
  set_list(counting, "strides", {2, 2});
  set_list(counting, "pads", {1, 1, 1, 1});
  set_number(counting, "count_include_pad", 1);
  onnx::NodeProto& inside = net.node("AveragePool", {"gated"}, "inside");
  set_list(inside, "kernel_shape", {3, 3});
  set_list(inside, "strides", {2, 2});
  set_list(inside, "pads", {1, 1, 1, 1});
  net.node("Sub", {"counting", "inside"}, "difference");
  set_number(net.node("Concat", {"difference", "inside"}, "both"), "axis", 1);
  net.node("Flatten", {"both"}, "flat");
  draw(net, "w3", {128, 7});
  draw(net, "b3", {7});
  net.node("MatMul", {"flat", "w3"}, "product");
  net.node("Add", {"product", "b3"}, "hidden");
  net.node("Elu", {"hidden"}, "a3");
  draw(net, "w4", {7, 3});
  net.node("MatMul", {"a3", "w4"}, "y");
  net.output("y");
  return net.bytes();
}

std::string line_network() {
  OnnxBuilder net;
  net.input("x", {0, 3, 20});
  draw(net, "w0", {5, 3, 4});
  set_list(net.node("Conv", {"x", "w0"}, "z0"), "strides", {2});
  net.node("Relu", {"z0"}, "a0");
  net.node("Flatten", {"a0"}, "flat");
  draw(net, "w1", {4, 45});
  draw(net, "b1", {4});
  set_number(net.node("Gemm", {"flat", "w1", "b1"}, "y"), "transB", 1);
  net.output("y");
  return net.bytes();
}

/// Entries change places, which no kernel does.
std::string transposing_network() {
  OnnxBuilder net;
  net.input("x", {0, 3, 4, 5});
  draw(net, "w0", {2, 3, 1, 1});
  net.node("Conv", {"x", "w0"}, "z0");
  net.node("Relu", {"z0"}, "a0");
  set_list(net.node("Transpose", {"a0"}, "turned"), "perm", {0, 2, 3, 1});
  net.node("Flatten", {"turned"}, "flat");
  draw(net, "w1", {4, 40});
  draw(net, "b1", {4});
  set_number(net.node("Gemm", {"flat", "w1", "b1"}, "y"), "transB", 1);
  net.output("y");
  return net.bytes();
}

void check_like_opencv(const LayeredNetwork& network, const std::vector<float>& U,
                       const std::vector<float>& Y) {
  GraphRun opencv(network, {network.input}, {network.output}, 1, "net.onnx");
  for (Index sample = 0; sample * network.inputs() < std::ssize(U); ++sample) {
    const float* const right = opencv.run({U.data() + sample * network.inputs()})[0];
    for (Index i = 0; i < network.outputs(); ++i) {
      CAPTURE(sample, i);
      CHECK(Y[static_cast<std::size_t>(sample * network.outputs() + i)] ==
            Approx(right[i]).epsilon(2e-5).margin(2e-5));
    }
  }
}

}  // namespace

TEST_CASE("the kernels' program of a network does what OpenCV does") {
  for (const std::string& onnx : {plain_network(), gated_network(), line_network()}) {
    const LayeredNetwork network = layered_network(onnx, "net.onnx");
    const std::optional<kernels::Program> program = kernel_program(network);
    REQUIRE(program);
    CHECK(nonzeros(*program) == network.nonzeros());
    const std::vector<float> U = random_numbers(3 * network.inputs(), 99);
    std::vector<float> Y(static_cast<std::size_t>(3 * network.outputs()));
    kernels::SparseForward<float>(*program).run(U.data(), 3, Y.data());
    check_like_opencv(network, U, Y);
    NetworkForward forward(network, "net.onnx");
    CHECK(forward.by_own_kernels());
    std::vector<float> again(Y.size());
    forward.run(U.data(), 3, again.data());
    CHECK(again == Y);
  }
}

TEST_CASE("a network with an operator that the kernels lack is run by OpenCV, with its weights") {
  LayeredNetwork network = layered_network(transposing_network(), "net.onnx");
  CHECK_FALSE(kernel_program(network));
  std::vector<OperatorWeights> weights = network.weights;
  weights[1].W.coeffRef(2, 3) = 0;
  weights[1].W.prune(0.0);
  weights[1].bias[0] = 5;
  set_weights(network, weights);
  NetworkForward forward(network, "net.onnx");
  CHECK_FALSE(forward.by_own_kernels());
  const Index samples = forward.block() + 3;
  const std::vector<float> U = random_numbers(samples * network.inputs(), 98);
  std::vector<float> Y(static_cast<std::size_t>(samples * network.outputs()));
  forward.run(U.data(), samples, Y.data());
  check_like_opencv(network, U, Y);
  const Eigen::Map<const Eigen::MatrixXf> inputs(U.data(), network.inputs(), samples);
  const Matrix outputs = forward.run(inputs.cast<double>());
  CHECK(outputs(0, samples - 1) ==
        static_cast<double>(Y[static_cast<std::size_t>((samples - 1) * network.outputs())]));
}

TEST_CASE("pruning by magnitude keeps the biases and the largest weights") {
  LayeredNetwork network = layered_network(line_network(), "net.onnx");
  for (const Index kept : {240, 100, 5, 4}) {
    const LayeredNetwork pruned = pruned_by_magnitude(network, kept);
    CHECK(pruned.nonzeros() == kept);
    CHECK(pruned.weights[1].bias == network.weights[1].bias);
    double least = 1e9;
    double largest_left_out = 0;
    for (std::size_t i = 0; i < network.weights.size(); ++i) {
      const Matrix before(network.weights[i].W);
      const Matrix after(pruned.weights[i].W);
      for (Index j = 0; j < before.size(); ++j) {
        if (after.data()[j] == 0) largest_left_out = std::max(largest_left_out, std::abs(before.data()[j]));
        if (after.data()[j] != 0) least = std::min(least, std::abs(before.data()[j]));
        if (after.data()[j] != 0) CHECK(after.data()[j] == before.data()[j]);
      }
    }
    CHECK(least >= largest_left_out);
  }
  // Equal ones: as many as there is room for.
  for (OperatorWeights& weights : network.weights) weights.W.coeffs().setConstant(0.5);
  CHECK(pruned_by_magnitude(network, 77).nonzeros() == 77);
  CHECK(pruned_by_magnitude(network, 10000).nonzeros() == network.nonzeros());
}
