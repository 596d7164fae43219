#pragma once

#include "onnx_models.hpp"
#include <simplicit/base/random.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/layers/graph_run.hpp>
#include <simplicit/layers/layered_network.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace simplicit::test {

inline std::vector<float> random_floats(Index count, std::uint64_t seed, double size = 1) {
  RandomStream random(seed, 7);
  std::vector<float> values;
  for (Index i = 0; i < count; ++i) values.push_back(static_cast<float>(size * random.normal()));
  return values;
}

inline void set_group(onnx::NodeProto& node, std::int64_t groups) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name("group");
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(groups);
}

/// (2, 9, 8) planes: a strided convolution with padding that differs from side to side, a dilated one, two
/// operators and a skip into one sum, a depthwise and a grouped convolution, a max pool, and a dense layer to
/// `classes` outputs.
inline std::string awkward_onnx(Index classes = 3, float ceiling = 0) {
  OnnxBuilder net;
  net.input("x", {0, 2, 9, 8});
  const auto weights = [&](const std::string& name, const std::vector<Index>& shape, std::uint64_t seed) {
    Index count = 1;
    for (const Index length : shape) count *= length;
    const double size = 1.2 / std::sqrt(static_cast<double>(count / shape[0]));
    net.weights(name, shape, random_floats(count, seed, size));
  };
  weights("w0", {4, 2, 3, 3}, 1);
  weights("b0", {4}, 2);
  onnx::NodeProto& first = net.node("Conv", {"x", "w0", "b0"}, "z0");
  set_list(first, "strides", {2, 1});
  set_list(first, "pads", {0, 1, 1, 2});
  net.node("Relu", {"z0"}, "h0");
  weights("w1", {4, 4, 3, 3}, 3);
  weights("w2", {4, 4, 1, 1}, 4);
  weights("b2", {4}, 5);
  onnx::NodeProto& dilated = net.node("Conv", {"h0", "w1"}, "a");
  set_list(dilated, "dilations", {2, 2});
  set_list(dilated, "pads", {2, 2, 2, 2});
  net.node("Conv", {"h0", "w2", "b2"}, "b");
  net.node("Add", {"a", "b"}, "c");
  net.node("Add", {"c", "h0"}, "z1");
  if (ceiling > 0) {
    net.weights("floor", {}, {0});
    net.weights("ceiling", {}, {ceiling});
    net.node("Clip", {"z1", "floor", "ceiling"}, "h1");
  } else {
    net.node("Relu", {"z1"}, "h1");
  }
  weights("w3", {4, 1, 3, 3}, 6);
  onnx::NodeProto& depthwise = net.node("Conv", {"h1", "w3"}, "z2");
  set_list(depthwise, "pads", {1, 1, 1, 1});
  set_group(depthwise, 4);
  net.node("Tanh", {"z2"}, "h2");
  weights("w4", {6, 2, 1, 2}, 7);
  weights("b4", {6}, 8);
  set_group(net.node("Conv", {"h2", "w4", "b4"}, "z3"), 2);
  onnx::NodeProto& pool = net.node("MaxPool", {"z3"}, "p");
  set_list(pool, "kernel_shape", {2, 2});
  set_list(pool, "strides", {2, 2});
  net.node("Flatten", {"p"}, "f");
  weights("v", {6 * 2 * 4, classes}, 9);
  weights("c4", {classes}, 10);
  net.node("MatMul", {"f", "v"}, "y0");
  net.node("Add", {"y0", "c4"}, "y");
  net.output("y");
  return net.bytes();
}

/// Writes a states file with inputs alone: random U, the network's outputs, and its decisions as labels.
inline void write_inputs_file(const std::string& path, const std::string& onnx, Index samples,
                              std::uint64_t seed, bool labelled = true) {
  const LayeredNetwork network = layered_network(onnx, "net.onnx");
  const Index p = network.inputs();
  const Index q = network.outputs();
  const std::vector<float> U = random_floats(samples * p, seed);
  GraphRun run(network, {network.input}, {network.output}, samples, "net.onnx");
  const float* outputs = run.run({U.data()})[0];
  hdf5::File file = hdf5::File::create(path);
  file.write("U", std::vector<double>(U.begin(), U.end()), {samples, p}, Precision::float32);
  file.write("Y", std::vector<double>(outputs, outputs + samples * q), {samples, q}, Precision::float32);
  if (labelled) {
    std::vector<std::int32_t> labels;
    for (Index s = 0; s < samples; ++s) {
      labels.push_back(static_cast<std::int32_t>(std::max_element(outputs + s * q, outputs + s * q + q) -
                                                 (outputs + s * q)));
    }
    file.write("labels", labels);
  }
  file.write_bytes("network", onnx);
  file.close();
}

}  // namespace simplicit::test
