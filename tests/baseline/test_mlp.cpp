#include <simplicit/baseline/mlp.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

/// One sample by plain loops: what forward() has to be.
std::vector<Vector> reference_pre_activations(const Mlp& mlp, const Vector& u) {
  std::vector<Vector> all;
  Vector x = u;
  for (std::size_t k = 0; k < mlp.weights.size(); ++k) {
    Vector z(mlp.weights[k].rows());
    for (Index i = 0; i < z.size(); ++i) {
      z(i) = mlp.bias() ? mlp.biases[k](i) : 0;
      for (Index j = 0; j < x.size(); ++j) z(i) += mlp.weights[k](i, j) * x(j);
    }
    x.resize(z.size());
    for (Index i = 0; i < z.size(); ++i) x(i) = apply(mlp.activation, z(i));
    all.push_back(z);
  }
  return all;
}

}  // namespace

TEST_CASE("the forward pass is that of plain loops") {
  for (const bool bias : {false, true}) {
    for (const Activation activation : {Activation::relu, Activation::tanh, Activation::leaky_relu}) {
      const Mlp mlp = random_mlp({7, 5, 4, 3}, bias, activation, 1);
      const Matrix U = Matrix::Random(7, 9);
      const ForwardPass pass = forward(mlp, U);
      REQUIRE(pass.Z.size() == 2);
      REQUIRE(pass.X.size() == 2);
      for (Index j = 0; j < U.cols(); ++j) {
        const std::vector<Vector> expected = reference_pre_activations(mlp, U.col(j));
        CAPTURE(bias, name_of(activation), j);
        for (std::size_t k = 0; k < 2; ++k) {
          CHECK((pass.Z[k].col(j) - expected[k]).lpNorm<Eigen::Infinity>() <= 1e-14);
          for (Index i = 0; i < expected[k].size(); ++i)
            CHECK(pass.X[k](i, j) == apply(activation, pass.Z[k](i, j)));
        }
        CHECK((pass.Y.col(j) - expected[2]).lpNorm<Eigen::Infinity>() <= 1e-14);
      }
    }
  }
}

TEST_CASE("parameters and states are counted") {
  const Mlp without = random_mlp({784, 64, 32, 16, 10}, false, Activation::relu, 1);
  CHECK(without.parameter_count() == 52896);
  CHECK(without.states() == 112);
  CHECK(without.hidden_layers() == 3);
  CHECK(without.inputs() == 784);
  CHECK(without.outputs() == 10);
  CHECK(random_mlp({784, 64, 32, 16, 10}, true, Activation::relu, 1).parameter_count() == 52896 + 122);
}

TEST_CASE("faults of a network are named") {
  const Mlp good = random_mlp({4, 3, 2}, true, Activation::relu, 1);
  CHECK(fault_of(good).empty());
  Mlp bad = good;
  bad.weights.pop_back();
  bad.biases.pop_back();
  CHECK_THAT(fault_of(bad), Contains("no hidden layer"));
  bad = good;
  bad.weights[1] = Matrix::Zero(2, 5);
  CHECK_THAT(fault_of(bad), Contains("W1 of shape (2 x 5) after a layer of 3 units"));
  bad = good;
  bad.biases.pop_back();
  CHECK_THAT(fault_of(bad), Contains("1 biases for 2 layers"));
  bad = good;
  bad.biases[1].resize(3);
  CHECK_THAT(fault_of(bad), Contains("b1 of length 3"));
  bad = good;
  bad.weights[0](1, 1) = std::numeric_limits<double>::infinity();
  CHECK_THAT(fault_of(bad), Contains("W0") && Contains("not finite"));
  bad = good;
  bad.biases[0](1) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(fault_of(bad), Contains("b0") && Contains("not finite"));
}

TEST_CASE("the prediction is the first largest output") {
  Matrix Y(3, 3);
  Y << 1, 2, -5,  //
      3, 2, -4,   //
      2, 1, -4;
  CHECK(predictions(Y) == std::vector<int>{1, 0, 1});
}
