#include <simplicit/base/activation.hpp>

#include <array>
#include <cmath>
#include <simplicit/base/error.hpp>
#include <utility>

namespace simplicit {
namespace {

constexpr std::array<std::pair<Activation, const char*>, 5> names{{{Activation::relu, "relu"},
                                                                   {Activation::leaky_relu, "leaky_relu"},
                                                                   {Activation::tanh, "tanh"},
                                                                   {Activation::sigmoid, "sigmoid"},
                                                                   {Activation::identity, "identity"}}};

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

bool positively_homogeneous(Activation activation) {
  return activation != Activation::tanh && activation != Activation::sigmoid;
}

double apply(Activation activation, double z) {
  switch (activation) {
    case Activation::relu: return z > 0 ? z : 0;
    case Activation::leaky_relu: return z > 0 ? z : leaky_relu_slope * z;
    case Activation::tanh: return std::tanh(z);
    case Activation::sigmoid: return 1 / (1 + std::exp(-z));
    case Activation::identity: break;
  }
  return z;
}

double derivative(Activation activation, double z) {
  switch (activation) {
    case Activation::relu: return z > 0 ? 1 : 0;
    case Activation::leaky_relu: return z > 0 ? 1 : leaky_relu_slope;
    case Activation::tanh: {
      const double t = std::tanh(z);
      return 1 - t * t;
    }
    case Activation::sigmoid: {
      const double s = 1 / (1 + std::exp(-z));
      return s * (1 - s);
    }
    case Activation::identity: break;
  }
  return 1;
}

void apply_in_place(Activation activation, Eigen::Ref<Matrix> x) {
  switch (activation) {
    case Activation::relu: x = x.cwiseMax(0.0); break;
    case Activation::leaky_relu: x = x.cwiseMax(leaky_relu_slope * x); break;
    case Activation::tanh: x = x.array().tanh(); break;
    case Activation::sigmoid: x = (1 + (-x.array()).exp()).inverse(); break;
    case Activation::identity: break;
  }
}

}  // namespace simplicit
