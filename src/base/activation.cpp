#include <simplicit/base/activation.hpp>
#include <simplicit/base/error.hpp>

#include <array>
#include <cmath>
#include <utility>

namespace simplicit {
namespace {

constexpr std::array<std::pair<Activation, const char*>, 5> names{{{Activation::relu, "relu"},
                                                                   {Activation::leaky_relu, "leaky_relu"},
                                                                   {Activation::tanh, "tanh"},
                                                                   {Activation::sigmoid, "sigmoid"},
                                                                   {Activation::identity, "identity"}}};

// Written so that a NaN stays a NaN.
double relu(double z) {
  return z <= 0 ? 0 : z;
}
double leaky_relu(double z) {
  return z <= 0 ? leaky_relu_slope * z : z;
}
double sigmoid(double z) {
  return 1 / (1 + std::exp(-z));
}

}  // namespace

Activation activation_from_name(const std::string& name) {
  for (const auto& [activation, known] : names) {
    if (name == known) return activation;
  }
  throw InputError("activation '" + name + "' is none of relu, leaky_relu, tanh, sigmoid, identity");
}

std::string name_of(Activation activation) {
  for (const auto& [known, name] : names) {
    if (known == activation) return name;
  }
  return "unknown";
}

std::vector<std::pair<std::string, Activation>> activations_by_name() {
  std::vector<std::pair<std::string, Activation>> list;
  for (const auto& [activation, name] : names) list.emplace_back(name, activation);
  return list;
}

bool positively_homogeneous(Activation activation) {
  switch (activation) {
    case Activation::relu:
    case Activation::leaky_relu:
    case Activation::identity:
      return true;
    case Activation::tanh:
    case Activation::sigmoid:
      return false;
  }
  return false;
}

double apply(Activation activation, double z) {
  switch (activation) {
    case Activation::relu:
      return relu(z);
    case Activation::leaky_relu:
      return leaky_relu(z);
    case Activation::tanh:
      return std::tanh(z);
    case Activation::sigmoid:
      return sigmoid(z);
    case Activation::identity:
      break;
  }
  return z;
}

double derivative(Activation activation, double z) {
  switch (activation) {
    case Activation::relu:
      return z > 0 ? 1 : 0;
    case Activation::leaky_relu:
      return z > 0 ? 1 : leaky_relu_slope;
    case Activation::tanh: {
      const double t = std::tanh(z);
      return 1 - t * t;
    }
    case Activation::sigmoid: {
      const double s = sigmoid(z);
      return s * (1 - s);
    }
    case Activation::identity:
      break;
  }
  return 1;
}

double derivative_at_value(Activation activation, double x) {
  switch (activation) {
    case Activation::relu:
      return x > 0 ? 1 : 0;
    case Activation::leaky_relu:
      return x > 0 ? 1 : leaky_relu_slope;
    case Activation::tanh:
      return 1 - x * x;
    case Activation::sigmoid:
      return x * (1 - x);
    case Activation::identity:
      break;
  }
  return 1;
}

void apply_in_place(Activation activation, Eigen::Ref<Matrix> x) {
  // Entry by entry with the scalar functions: Eigen's own vectorised exp differs in the last bit from the
  // scalar one it uses at the ends of an array, so an entry's result would depend on its address.
  switch (activation) {
    case Activation::relu:
      x = x.unaryExpr([](double z) { return relu(z); });
      break;
    case Activation::leaky_relu:
      x = x.unaryExpr([](double z) { return leaky_relu(z); });
      break;
    case Activation::tanh:
      x = x.unaryExpr([](double z) { return std::tanh(z); });
      break;
    case Activation::sigmoid:
      x = x.unaryExpr([](double z) { return sigmoid(z); });
      break;
    case Activation::identity:
      break;
  }
}

}  // namespace simplicit
