#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <catch2/catch.hpp>
#include <support/onnx_models.hpp>
#include <support/residual_networks.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// The 3 x 3 convolution of small_onnx by its definition: (3, 4, 4) from (2, 4, 4) with a border of zeros.
std::vector<double> direct_convolution(const float* x) {
  std::vector<double> z;
  for (int out = 0; out < 3; ++out) {
    for (int row = 0; row < 4; ++row) {
      for (int column = 0; column < 4; ++column) {
        double sum = 0;
        for (int in = 0; in < 2; ++in) {
          for (int i = -1; i <= 1; ++i) {
            for (int j = -1; j <= 1; ++j) {
              const int y = row + i;
              const int k = column + j;
              if (y < 0 || y > 3 || k < 0 || k > 3) continue;
              const int weight = ((out * 2 + in) * 3 + i + 1) * 3 + j + 1;
              sum += 0.01 * (weight + 1) * x[(in * 4 + y) * 4 + k];
            }
          }
        }
        z.push_back(sum);
      }
    }
  }
  return z;
}

}  // namespace

TEST_CASE("states of an ONNX convolution are those of the direct convolution") {
  const Network network = parse_onnx(small_onnx().bytes(), "net.onnx");
  constexpr Index batch = 5;
  RandomStream random(3, 500);
  const std::vector<float> U = random_floats(random, batch * 32);
  BatchForward forward(network, batch, "net.onnx");
  const BatchForward::Results results = forward.run(U);
  for (Index sample = 0; sample < batch; ++sample) {
    const std::vector<double> z = direct_convolution(U.data() + sample * 32);
    double y[2] = {0, 0};
    for (std::size_t i = 0; i < 48; ++i) {
      CAPTURE(sample, i);
      CHECK(results.Z[0][static_cast<std::size_t>(sample) * 48 + i] ==
            Approx(z[i]).epsilon(1e-5).margin(1e-5));
      for (std::size_t k = 0; k < 2; ++k) {
        y[k] += 0.01 * static_cast<double>(2 * i + k + 1) * std::max(z[i], 0.0);
      }
    }
    for (std::size_t k = 0; k < 2; ++k) {
      CHECK(results.Y[static_cast<std::size_t>(sample) * 2 + k] == Approx(y[k]).epsilon(1e-5).margin(1e-5));
    }
  }
}
