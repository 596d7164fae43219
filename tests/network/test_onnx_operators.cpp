// What operators compute, against the same written out in float64: through the reader and the forward pass.
#include <simplicit/base/error.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/network/state_norms.hpp>

#include <catch2/catch.hpp>
#include <support/onnx_models.hpp>
#include <support/residual_networks.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Numbers = std::vector<double>;
/// One sample of (2, 3, 4), entry by entry.
struct Sample {
  Numbers values;
  [[nodiscard]] double at(int channel, int row, int column) const {
    return values[static_cast<std::size_t>((channel * 3 + row) * 4 + column)];
  }
};

onnx::AttributeProto& attribute(onnx::NodeProto& node, const std::string& name, int type) {
  onnx::AttributeProto& added = *node.add_attribute();
  added.set_name(name);
  added.set_type(static_cast<onnx::AttributeProto::AttributeType>(type));
  return added;
}

void set_text(onnx::NodeProto& node, const std::string& name, const std::string& text) {
  attribute(node, name, onnx::AttributeProto::STRING).set_s(text);
}

void integers(OnnxBuilder& net, const std::string& name, const std::vector<std::int64_t>& numbers) {
  onnx::TensorProto& tensor = *net.graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(std::ssize(numbers));
  for (const std::int64_t number : numbers) tensor.add_int64_data(number);
}

/// x (2, 3, 4) -> what `middle` adds, up to the tensor "z" -> Relu, the output.
Network network_of(const std::function<void(OnnxBuilder&)>& middle) {
  OnnxBuilder net;
  net.input("x", {0, 2, 3, 4});
  middle(net);
  net.node("Relu", {"z"}, "y");
  net.output("y");
  return parse_onnx(net.bytes(), "net.onnx");
}

/// Both ways in which a network is looked at must give what `expected` says of each sample.
void check(const std::function<void(OnnxBuilder&)>& middle,
           const std::function<Numbers(const Sample&)>& expected) {
  const Network network = network_of(middle);
  constexpr Index batch = 3;
  RandomStream random(11, 1);
  const std::vector<float> U = random_floats(random, batch * 24);
  BatchForward forward(network, batch, "net.onnx");
  const BatchForward::Results results = forward.run(U);
  for (Index sample = 0; sample < batch; ++sample) {
    const Sample x{{U.begin() + sample * 24, U.begin() + (sample + 1) * 24}};
    const Numbers z = expected(x);
    REQUIRE(layer_units(network) == std::vector<Index>{std::ssize(z)});
    for (std::size_t i = 0; i < z.size(); ++i) {
      CAPTURE(sample, i);
      CHECK(results.Z[0][static_cast<std::size_t>(sample) * z.size() + i] ==
            Approx(z[i]).epsilon(1e-5).margin(1e-5));
    }
  }
}

Numbers each(const Sample& x, const std::function<double(double, int, int, int)>& function) {
  Numbers z;
  for (int channel = 0; channel < 2; ++channel) {
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 4; ++column)
        z.push_back(function(x.at(channel, row, column), channel, row, column));
    }
  }
  return z;
}

}  // namespace

TEST_CASE("arithmetic with constants of any shape") {
  const auto channels = [](OnnxBuilder& net, const std::string& type, bool first) {
    net.weights("c", {2, 1, 1}, {0.5F, -2});
    net.node(type, first ? std::vector<std::string>{"x", "c"} : std::vector<std::string>{"c", "x"}, "z");
  };
  const double c[] = {0.5, -2};
  check([&](OnnxBuilder& net) { channels(net, "Sub", true); },
        [&](const Sample& x) { return each(x, [&](double v, int k, int, int) { return v - c[k]; }); });
  check([&](OnnxBuilder& net) { channels(net, "Sub", false); },
        [&](const Sample& x) { return each(x, [&](double v, int k, int, int) { return c[k] - v; }); });
  check([&](OnnxBuilder& net) { channels(net, "Mul", false); },
        [&](const Sample& x) { return each(x, [&](double v, int k, int, int) { return c[k] * v; }); });
  check([&](OnnxBuilder& net) { channels(net, "Div", true); },
        [&](const Sample& x) { return each(x, [&](double v, int k, int, int) { return v / c[k]; }); });
  check(
      [](OnnxBuilder& net) {
        net.weights("c", {3, 4});
        net.node("Mul", {"x", "c"}, "z");
      },
      [](const Sample& x) {
        return each(x, [](double v, int, int row, int column) { return v * 0.01 * (row * 4 + column + 1); });
      });
  check(
      [](OnnxBuilder& net) {
        net.node("Neg", {"x"}, "minus");
        net.weights("c", {4});
        net.node("Sum", {"minus", "c", "minus"}, "z");
      },
      [](const Sample& x) {
        return each(x, [](double v, int, int, int column) { return -2 * v + 0.01 * (column + 1); });
      });
}

TEST_CASE("entries are moved about") {
  check(
      [](OnnxBuilder& net) {
        set_list(net.node("Transpose", {"x"}, "z"), "perm", {0, 2, 3, 1});
      },
      [](const Sample& x) {
        Numbers z;
        for (int row = 0; row < 3; ++row)
          for (int column = 0; column < 4; ++column)
            for (int channel = 0; channel < 2; ++channel) z.push_back(x.at(channel, row, column));
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        integers(net, "begin", {-1, 3});
        integers(net, "end", {-1000, INT64_MAX});
        integers(net, "axes", {1, 3});
        integers(net, "steps", {-1, 1});
        net.node("Slice", {"x", "begin", "end", "axes", "steps"}, "z");
      },
      [](const Sample& x) {
        Numbers z;
        for (const int channel : {1, 0})
          for (int row = 0; row < 3; ++row) z.push_back(x.at(channel, row, 3));
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        onnx::NodeProto& split = net.node("Split", {"x"}, "left");
        split.add_output("right");
        set_number(split, "axis", 3);
        set_list(split, "split", {1, 3});
        onnx::NodeProto& concat = net.node("Concat", {"right", "left"}, "z");
        set_number(concat, "axis", 3);
      },
      [](const Sample& x) {
        return each(x, [&](double, int channel, int row, int column) {
          return x.at(channel, row, (column + 1) % 4);
        });
      });
  check(
      [](OnnxBuilder& net) {
        integers(net, "which", {1, 1, 0});
        onnx::NodeProto& gather = net.node("Gather", {"x", "which"}, "z");
        set_number(gather, "axis", 1);
      },
      [](const Sample& x) {
        Numbers z;
        for (const int channel : {1, 1, 0})
          for (int entry = 0; entry < 12; ++entry)
            z.push_back(x.values[static_cast<std::size_t>(channel * 12 + entry)]);
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        integers(net, "pads", {0, 0, 0, 2, 0, 0, 0, 1});
        set_text(net.node("Pad", {"x", "pads"}, "z"), "mode", "reflect");
      },
      [](const Sample& x) {
        Numbers z;
        for (int channel = 0; channel < 2; ++channel)
          for (int row = 0; row < 3; ++row)
            for (const int column : {2, 1, 0, 1, 2, 3, 2}) z.push_back(x.at(channel, row, column));
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        set_list(net.node("Unsqueeze", {"x"}, "more"), "axes", {1});
        set_list(net.node("Squeeze", {"more"}, "same"), "axes", {1});
        net.node("Neg", {"same"}, "z");
      },
      [](const Sample& x) { return each(x, [](double v, int, int, int) { return -v; }); });
}

TEST_CASE("sums and means over axes and windows") {
  check(
      [](OnnxBuilder& net) {
        onnx::NodeProto& mean = net.node("ReduceMean", {"x"}, "z");
        set_list(mean, "axes", {-2, 3});
        set_number(mean, "keepdims", 0);
      },
      [](const Sample& x) {
        Numbers z(2, 0.0);
        for (std::size_t i = 0; i < 24; ++i) z[i / 12] += x.values[i] / 12;
        return z;
      });
  // Windows that hang over the edge count what lies inside; padding counts only where it is asked for.
  for (const bool counts : {false, true}) {
    check(
        [&](OnnxBuilder& net) {
          onnx::NodeProto& pool = net.node("AveragePool", {"x"}, "z");
          set_list(pool, "kernel_shape", {2, 3});
          set_list(pool, "strides", {2, 2});
          set_list(pool, "pads", {0, 1, 0, 0});
          set_number(pool, "ceil_mode", 1);
          set_number(pool, "count_include_pad", counts ? 1 : 0);
        },
        [&](const Sample& x) {
          Numbers z;
          for (int channel = 0; channel < 2; ++channel) {
            for (int i = 0; i < 2; ++i) {
              for (int j = 0; j < 2; ++j) {
                double sum = 0;
                int inside = 0;
                int counted = 0;
                for (int row = 2 * i; row < 2 * i + 2; ++row) {
                  for (int column = 2 * j - 1; column < 2 * j + 2; ++column) {
                    if (row < 3 && column < 4) ++counted;
                    if (row >= 3 || column < 0 || column >= 4) continue;
                    ++inside;
                    sum += x.at(channel, row, column);
                  }
                }
                z.push_back(sum / (counts ? counted : inside));
              }
            }
          }
          return z;
        });
  }
}

TEST_CASE("convolutions along one axis, and backwards") {
  check(
      [](OnnxBuilder& net) {
        integers(net, "to", {0, 2, 12});
        net.node("Reshape", {"x", "to"}, "line");
        net.weights("w", {3, 1, 2});
        net.weights("b", {3}, {1, 2, 3});
        onnx::NodeProto& conv = net.node("Conv", {"line", "w", "b"}, "all");
        set_list(conv, "dilations", {3});
        set_list(conv, "strides", {2});
        set_list(conv, "pads", {1, 0});
        // one group a channel does not divide three channels
        net.graph().mutable_initializer(1)->set_dims(0, 4);
        net.graph().mutable_initializer(1)->set_raw_data(std::string(
            reinterpret_cast<const char*>(std::array<float, 8>{1, 2, 3, 4, 5, 6, 7, 8}.data()), 32));
        net.graph().mutable_initializer(2)->set_dims(0, 4);
        net.graph().mutable_initializer(2)->set_raw_data(
            std::string(reinterpret_cast<const char*>(std::array<float, 4>{1, 2, 3, 4}.data()), 16));
        set_number(conv, "group", 2);
        net.node("Identity", {"all"}, "z");
      },
      [](const Sample& x) {
        Numbers z;
        for (int out = 0; out < 4; ++out) {
          for (int at = 0; at < 5; ++at) {
            double sum = out + 1;
            for (int tap = 0; tap < 2; ++tap) {
              const int place = 2 * at + 3 * tap - 1;
              if (place < 0) continue;
              sum += (2 * out + tap + 1) * x.values[static_cast<std::size_t>(out / 2 * 12 + place)];
            }
            z.push_back(sum);
          }
        }
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        net.weights("w", {2, 1, 2, 2});
        onnx::NodeProto& back = net.node("ConvTranspose", {"x", "w"}, "z");
        set_list(back, "strides", {2, 2});
        set_list(back, "pads", {0, 1, 0, 0});
      },
      [](const Sample& x) {
        Numbers z(6 * 7, 0.0);
        for (int channel = 0; channel < 2; ++channel) {
          for (int row = 0; row < 3; ++row) {
            for (int column = 0; column < 4; ++column) {
              for (int tap = 0; tap < 4; ++tap) {
                const int to_row = 2 * row + tap / 2;
                const int to_column = 2 * column + tap % 2 - 1;
                if (to_column < 0) continue;
                z[static_cast<std::size_t>(to_row * 7 + to_column)] +=
                    0.01 * (4 * channel + tap + 1) * x.at(channel, row, column);
              }
            }
          }
        }
        return z;
      });
}

TEST_CASE("products with matrices along the last axis, and resizing") {
  check(
      [](OnnxBuilder& net) {
        net.weights("w", {4, 2});
        net.node("MatMul", {"x", "w"}, "z");
      },
      [](const Sample& x) {
        Numbers z;
        for (int row = 0; row < 6; ++row) {
          for (int out = 0; out < 2; ++out) {
            double sum = 0;
            for (int in = 0; in < 4; ++in)
              sum += 0.01 * (2 * in + out + 1) * x.values[static_cast<std::size_t>(4 * row + in)];
            z.push_back(sum);
          }
        }
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        net.weights("scales", {4}, {1, 1, 2, 2});
        set_text(net.node("Resize", {"x", "", "scales"}, "z"), "coordinate_transformation_mode",
                 "asymmetric");
        set_text(*net.graph().mutable_node(net.graph().node_size() - 1), "nearest_mode", "floor");
      },
      [](const Sample& x) {
        Numbers z;
        for (int channel = 0; channel < 2; ++channel)
          for (int row = 0; row < 6; ++row)
            for (int column = 0; column < 8; ++column) z.push_back(x.at(channel, row / 2, column / 2));
        return z;
      });
  check(
      [](OnnxBuilder& net) {
        net.weights("scales", {4}, {1, 1, 1, 2});
        set_text(net.node("Resize", {"x", "", "scales"}, "z"), "mode", "linear");
      },
      [](const Sample& x) {
        Numbers z;
        for (int channel = 0; channel < 2; ++channel) {
          for (int row = 0; row < 3; ++row) {
            for (int column = 0; column < 8; ++column) {
              const double place = std::clamp((column + 0.5) / 2 - 0.5, 0.0, 3.0);
              const int low = std::min(static_cast<int>(place), 2);
              z.push_back(x.at(channel, row, low) * (low + 1 - place) +
                          x.at(channel, row, low + 1) * (place - low));
            }
          }
        }
        return z;
      });
}

TEST_CASE("constants are computed beforehand, whatever they come from") {
  // Quantised weights, transposed, in a file whose nodes are in no order, with the shape asked of the tensor
  // itself.
  check(
      [](OnnxBuilder& net) {
        net.node("MatMul", {"flat", "w"}, "z");
        onnx::TensorProto& quantised = *net.graph().add_initializer();
        quantised.set_name("q");
        quantised.set_data_type(onnx::TensorProto::INT8);
        quantised.add_dims(2);
        quantised.add_dims(24);
        for (int i = 0; i < 48; ++i) quantised.add_int32_data(i - 24);
        net.weights("scale", {2}, {0.5F, 0.25F});
        onnx::TensorProto& zero = *net.graph().add_initializer();
        zero.set_name("zero");
        zero.set_data_type(onnx::TensorProto::INT8);
        zero.add_dims(2);
        zero.add_int32_data(-1);
        zero.add_int32_data(2);
        set_number(net.node("DequantizeLinear", {"q", "scale", "zero"}, "rows"), "axis", 0);
        net.node("Transpose", {"rows"}, "w");
        integers(net, "first", {0});
        integers(net, "rest", {-1});
        set_number(net.node("Concat", {"samples", "rest"}, "to"), "axis", 0);
        net.node("Gather", {"shape", "first"}, "samples");
        net.node("Shape", {"x"}, "shape");
        net.node("Reshape", {"x", "to"}, "flat");
      },
      [](const Sample& x) {
        Numbers z;
        for (int out = 0; out < 2; ++out) {
          double sum = 0;
          for (int in = 0; in < 24; ++in) {
            const int q = 24 * out + in - 24;
            sum += (out == 0 ? (q + 1) * 0.5 : (q - 2) * 0.25) * x.values[static_cast<std::size_t>(in)];
          }
          z.push_back(sum);
        }
        return z;
      });
}

TEST_CASE("half-precision weights are read as they are") {
  const std::uint16_t halves[] = {0x3C00, 0xC000, 0x3555, 0x0001};  // 1, -2, 0.33325195, the smallest
  check(
      [&](OnnxBuilder& net) {
        onnx::TensorProto& half = *net.graph().add_initializer();
        half.set_name("h");
        half.set_data_type(onnx::TensorProto::FLOAT16);
        half.add_dims(4);
        half.set_raw_data(halves, sizeof halves);
        set_number(net.node("Cast", {"h"}, "c"), "to", 1);
        net.node("Mul", {"x", "c"}, "z");
      },
      [](const Sample& x) {
        const double c[] = {1, -2, 0.333251953125, 5.9604644775390625e-8};
        return each(x, [&](double v, int, int, int column) { return c[column] * v; });
      });
}

namespace {

Network with_activation(const std::function<void(OnnxBuilder&)>& phi) {
  OnnxBuilder net;
  net.input("x", {1, 3});
  net.weights("w", {3, 3});
  net.weights("v", {3, 2});
  net.node("MatMul", {"x", "w"}, "z");
  phi(net);
  net.node("MatMul", {"a", "v"}, "y");
  net.output("y");
  return parse_onnx(net.bytes(), "net.onnx");
}

}  // namespace

TEST_CASE("activations under other names") {
  CHECK(with_activation([](OnnxBuilder& net) {
          net.weights("zero", {1}, {0});
          net.node("Max", {"zero", "z"}, "a");
        }).activation == Activation::relu);
  CHECK(with_activation([](OnnxBuilder& net) {
          net.weights("zero", {}, {0});
          net.node("Clip", {"z", "zero"}, "a");
        }).activation == Activation::relu);
  CHECK(with_activation([](OnnxBuilder& net) {
          net.weights("slope", {1}, {0.25F});
          net.node("PRelu", {"z", "slope"}, "a");
        }).activation == Activation::leaky(0.25));
  CHECK(with_activation([](OnnxBuilder& net) {
          attribute(net.node("LeakyRelu", {"z"}, "a"), "alpha", onnx::AttributeProto::FLOAT).set_f(-0.2F);
        }).activation == Activation::leaky(-0.2));
  CHECK_THROWS_WITH(with_activation([](OnnxBuilder& net) {
                      attribute(net.node("Clip", {"z"}, "a"), "min", onnx::AttributeProto::FLOAT).set_f(0);
                      attribute(*net.graph().mutable_node(1), "max", onnx::AttributeProto::FLOAT).set_f(6);
                    }),
                    Catch::Contains("clips to [0, 6]"));
}

TEST_CASE("a decision's function at the very end is left off, and said") {
  for (const char* last : {"Softmax", "LogSoftmax", "Sigmoid"}) {
    OnnxBuilder net = small_onnx();
    net.graph().mutable_output(0)->set_name("p");
    net.node(last, {"y"}, "p");
    const Network network = parse_onnx(net.bytes(), "net.onnx");
    CHECK(network.outputs() == 2);
    CHECK(layer_units(network) == std::vector<Index>{48});
    CHECK(network.left_off == std::string("node 'p' (") + last + ")");
  }
}

TEST_CASE("everything that cannot be part of an implicit model is told at once, by its own name") {
  OnnxBuilder net;
  net.input("x", {1, 2, 4, 4});
  net.weights("w", {2, 2, 1, 1});
  net.node("MaxPool", {"x"}, "pooled");
  net.node("Sigmoid", {"pooled"}, "gate");
  net.node("Mul", {"pooled", "gate"}, "swish");
  net.node("Conv", {"swish", "w"}, "conv");
  net.node("Erf", {"conv"}, "erf");
  net.node("LayerNormalization", {"erf"}, "norm");
  net.node("Relu", {"norm"}, "y");
  net.output("y");
  CHECK_THROWS_WITH(parse_onnx(net.bytes(), "net.onnx"),
                    Catch::Contains("'pooled' (MaxPool)") && Catch::Contains("SiLU") &&
                        Catch::Contains("GELU") && Catch::Contains("LayerNorm"));
}

TEST_CASE("a small file cannot make the reader compute constants without end") {
  const auto refusal = [](const std::function<void(OnnxBuilder&)>& middle) -> std::string {
    try {
      (void)network_of(middle);
      return "read";
    } catch (const InputError& error) {
      return error.what();
    }
  };
  const auto told = Catch::Contains("computes more constants than the size of the file makes likely");
  CHECK_THAT(refusal([](OnnxBuilder& net) {
               integers(net, "shape", {60'000'000});
               net.node("ConstantOfShape", {"shape"}, "c");
               net.node("ReduceSum", {"c"}, "s");
               net.node("Add", {"x", "s"}, "z");
             }),
             told);
  CHECK_THAT(refusal([](OnnxBuilder& net) {
               integers(net, "from", {0});
               integers(net, "to", {50'000'000});
               integers(net, "step", {1});
               net.node("Range", {"from", "to", "step"}, "c");
               net.node("ReduceSum", {"c"}, "s");
               net.node("Add", {"x", "s"}, "z");
             }),
             told);
  // Many that are each within bounds add up.
  CHECK_THAT(refusal([](OnnxBuilder& net) {
               integers(net, "shape", {1'000'000});
               net.node("ConstantOfShape", {"shape"}, "c0");
               for (int i = 0; i < 12; ++i) {
                 net.node("Neg", {"c" + std::to_string(i)}, "c" + std::to_string(i + 1));
               }
               net.node("ReduceSum", {"c12"}, "s");
               net.node("Add", {"x", "s"}, "z");
             }),
             told);
}
