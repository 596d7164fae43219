#include <simplicit/base/activation.hpp>
#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace simplicit {
namespace {

constexpr std::array<std::pair<Activation, const char*>, 5> activation_names{
    {{Activation::relu, "relu"},
     {Activation::leaky_relu, "leaky_relu"},
     {Activation::tanh, "tanh"},
     {Activation::sigmoid, "sigmoid"},
     {Activation::identity, "identity"}}};

// Written so that a NaN stays a NaN.
double relu(double z) {
  return z <= 0 ? 0 : z;
}
double leaky_relu(double z, double slope) {
  return z <= 0 ? slope * z : z;
}
double sigmoid(double z) {
  return 1 / (1 + std::exp(-z));
}

}  // namespace

Activation Activation::leaky(double slope) {
  if (!(std::abs(slope) <= 1)) {
    throw InputError(
        fmt::format("leaky ReLU has the slope {:.6g} left of zero, -1 to 1 are expected", slope));
  }
  return {Kind::leaky_relu, slope};
}

Activation activation_from_name(const std::string& name) {
  for (const auto& [activation, known] : activation_names) {
    if (name == known) return activation;
  }
  constexpr std::string_view with_slope = "leaky_relu(";
  if (name.starts_with(with_slope) && name.ends_with(")")) {
    double slope = 0;
    const char* const end = name.data() + name.size() - 1;
    const auto [rest, error] = std::from_chars(name.data() + with_slope.size(), end, slope);
    if (error == std::errc() && rest == end) return Activation::leaky(slope);
  }
  throw InputError("activation '" + name + "' is none of relu, leaky_relu, tanh, sigmoid, identity");
}

std::string kind_name(Activation activation) {
  for (const auto& [known, name] : activation_names) {
    if (known.kind == activation.kind) return name;
  }
  return "unknown";
}

std::string name_of(Activation activation) {
  const bool usual = activation.kind != Activation::Kind::leaky_relu || activation == Activation::leaky_relu;
  return usual ? kind_name(activation) : fmt::format("leaky_relu({})", activation.slope);
}

bool increasing(Activation activation) {
  return activation.kind != Activation::Kind::leaky_relu || activation.slope >= 0;
}

std::vector<std::pair<std::string, Activation>> activations_by_name() {
  std::vector<std::pair<std::string, Activation>> list;
  for (const auto& [activation, name] : activation_names) list.emplace_back(name, activation);
  return list;
}

bool positively_homogeneous(Activation activation) {
  switch (activation.kind) {
    case Activation::Kind::relu:
    case Activation::Kind::leaky_relu:
    case Activation::Kind::identity:
      return true;
    case Activation::Kind::tanh:
    case Activation::Kind::sigmoid:
      return false;
  }
  return false;
}

double apply(Activation activation, double z) {
  switch (activation.kind) {
    case Activation::Kind::relu:
      return relu(z);
    case Activation::Kind::leaky_relu:
      return leaky_relu(z, activation.slope);
    case Activation::Kind::tanh:
      return std::tanh(z);
    case Activation::Kind::sigmoid:
      return sigmoid(z);
    case Activation::Kind::identity:
      break;
  }
  return z;
}

double derivative(Activation activation, double z) {
  switch (activation.kind) {
    case Activation::Kind::relu:
      return z > 0 ? 1 : 0;
    case Activation::Kind::leaky_relu:
      return z > 0 ? 1 : activation.slope;
    case Activation::Kind::tanh: {
      const double t = std::tanh(z);
      return 1 - t * t;
    }
    case Activation::Kind::sigmoid: {
      const double s = sigmoid(z);
      return s * (1 - s);
    }
    case Activation::Kind::identity:
      break;
  }
  return 1;
}

double derivative_at_value(Activation activation, double x) {
  switch (activation.kind) {
    case Activation::Kind::relu:
      return x > 0 ? 1 : 0;
    case Activation::Kind::leaky_relu:
      return x > 0 ? 1 : activation.slope;
    case Activation::Kind::tanh:
      return 1 - x * x;
    case Activation::Kind::sigmoid:
      return x * (1 - x);
    case Activation::Kind::identity:
      break;
  }
  return 1;
}

void apply_in_place(Activation activation, Eigen::Ref<Matrix> x) {
  // Entry by entry with the scalar functions: Eigen's own vectorised exp differs in the last bit from the
  // scalar one it uses at the ends of an array, so an entry's result would depend on its address.
  switch (activation.kind) {
    case Activation::Kind::relu:
      x = x.unaryExpr([](double z) { return relu(z); });
      break;
    case Activation::Kind::leaky_relu:
      x = x.unaryExpr([activation](double z) { return leaky_relu(z, activation.slope); });
      break;
    case Activation::Kind::tanh:
      x = x.unaryExpr([](double z) { return std::tanh(z); });
      break;
    case Activation::Kind::sigmoid:
      x = x.unaryExpr([](double z) { return sigmoid(z); });
      break;
    case Activation::Kind::identity:
      break;
  }
}

}  // namespace simplicit
