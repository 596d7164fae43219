#include "evaluate/state_rescaling.hpp"

#include <simplicit/base/error.hpp>

namespace simplicit {

Vector state_rescaling(const ImplicitModel& model, const StatesHeader& header,
                       const std::string& model_path) {
  const Vector of_file = header.state_scale.value_or(Vector::Ones(model.states()));
  const Vector factors = model.state_scale.cwiseQuotient(of_file);
  const bool differ = (factors.array() - 1).abs().maxCoeff() > 1e-12;
  if (differ && !positively_homogeneous(model.activation)) {
    throw InputError(header.path + " does not fit " + model_path +
                     ": their state_scale differ, and states of " + name_of(model.activation) +
                     " cannot be rescaled");
  }
  return factors;
}

}  // namespace simplicit
