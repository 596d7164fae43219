#include <simplicit/base/activation.hpp>
#include <simplicit/base/error.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>
#include <limits>

using namespace simplicit;

namespace {

constexpr Activation all[] = {Activation::relu, Activation::leaky_relu, Activation::tanh, Activation::sigmoid,
                              Activation::identity};
constexpr double points[] = {-700.0, -3.5, -1.0, -1e-9, 1e-9, 0.3, 1.0, 2.5, 700.0};

}  // namespace

TEST_CASE("activations have their textbook values") {
  CHECK(apply(Activation::relu, -2) == 0);
  CHECK(apply(Activation::relu, 3) == 3);
  CHECK(apply(Activation::leaky_relu, -2) == -0.02);
  CHECK(apply(Activation::leaky_relu, 3) == 3);
  CHECK(apply(Activation::tanh, 0.5) == std::tanh(0.5));
  CHECK(apply(Activation::sigmoid, 0) == 0.5);
  CHECK(apply(Activation::sigmoid, -800) == 0);
  CHECK(apply(Activation::sigmoid, 800) == 1);
  CHECK(apply(Activation::identity, -1.25) == -1.25);
}

TEST_CASE("derivatives agree with central differences and never exceed 1") {
  const double h = 1e-6;
  for (const Activation activation : all) {
    for (const double z : {-3.5, -1.0, 0.3, 1.0, 2.5}) {
      CAPTURE(name_of(activation), z);
      const double difference = (apply(activation, z + h) - apply(activation, z - h)) / (2 * h);
      CHECK(derivative(activation, z) == Approx(difference).margin(1e-8));
      CHECK(std::abs(derivative(activation, z)) <= 1);
      CHECK(derivative_at_value(activation, apply(activation, z)) == Approx(derivative(activation, z)));
    }
  }
  CHECK(derivative(Activation::relu, 0) == 0);
  CHECK(derivative(Activation::leaky_relu, 0) == leaky_relu_slope);
}

TEST_CASE("in place gives the same bits as one by one, wherever the entry lies") {
  for (const Activation activation : all) {
    for (Index rows = 1; rows <= 9; ++rows) {
      Matrix x(rows, 2);
      for (Index i = 0; i < x.size(); ++i) x(i) = points[i % 9] * 0.99;
      const Matrix z = x;
      apply_in_place(activation, x);
      for (Index i = 0; i < x.size(); ++i) {
        const double expected = apply(activation, z(i));
        CAPTURE(name_of(activation), rows, i, z(i), x(i), expected);
        CHECK(std::memcmp(&expected, &x(i), sizeof expected) == 0);
      }
    }
  }
}

TEST_CASE("a NaN does not disappear") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Activation activation : all) {
    CAPTURE(name_of(activation));
    CHECK(std::isnan(apply(activation, nan)));
    Matrix x = Matrix::Constant(3, 1, nan);
    apply_in_place(activation, x);
    CHECK(x.array().isNaN().all());
  }
}

TEST_CASE("positively homogeneous activations commute with positive factors, the others do not") {
  for (const Activation activation : all) {
    bool commutes = true;
    for (const double z : points)
      commutes = commutes && apply(activation, 0.25 * z) == 0.25 * apply(activation, z);
    CAPTURE(name_of(activation));
    CHECK(commutes == positively_homogeneous(activation));
  }
}

TEST_CASE("names go there and back, and others are refused") {
  for (const Activation activation : all) CHECK(activation_from_name(name_of(activation)) == activation);
  for (const double slope : {-1.0, -0.3, 0.2, 1.0 / 3, 1.0}) {
    const Activation activation = Activation::leaky(slope);
    CHECK(activation_from_name(name_of(activation)) == activation);
    CHECK(apply(activation, -2) == -2 * slope);
    CHECK(apply(activation, 2) == 2);
    CHECK(derivative(activation, -2) == slope);
    CHECK(increasing(activation) == (slope >= 0));
    CHECK(positively_homogeneous(activation));
  }
  CHECK(Activation::leaky(leaky_relu_slope) == Activation::leaky_relu);
  for (const char* bad :
       {"leaky_relu(1.1)", "leaky_relu(nan)", "leaky_relu()", "leaky_relu(0.2", "relu(0.2)"}) {
    CHECK_THROWS_AS(activation_from_name(bad), InputError);
  }
  CHECK_THROWS_AS(activation_from_name("ReLU"), InputError);
  CHECK_THROWS_WITH(activation_from_name("gelu"), Catch::Contains("gelu") && Catch::Contains("leaky_relu"));
}
