#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/activation_attribute.hpp>

namespace simplicit::hdf5 {

void set_activation(File& file, Activation activation) {
  file.set_attribute("/", "activation", kind_name(activation));
  const bool leaky = activation.kind == Activation::Kind::leaky_relu;
  if (leaky && activation != Activation::leaky_relu)
    file.set_attribute("/", "activation_slope", activation.slope);
}

Activation activation_of(const File& file) {
  const std::string name = file.text_attribute("/", "activation");
  const bool sloped = file.has_attribute("/", "activation_slope");
  const double slope = sloped ? file.real_attribute("/", "activation_slope") : 0;
  try {
    const Activation activation = activation_from_name(name);
    if (!sloped || activation.kind != Activation::Kind::leaky_relu) return activation;
    return Activation::leaky(slope);
  } catch (const InputError& error) {
    throw InputError(file.path() + ": attribute 'activation': " + error.what());
  }
}

}  // namespace simplicit::hdf5
