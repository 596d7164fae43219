#include "export/self_loops.hpp"

#include <simplicit/base/error.hpp>

#include <cmath>

namespace simplicit {

ImplicitModel solve_self_loops(ImplicitModel model) {
  if (model.activation != Activation::relu && model.activation != Activation::identity) return model;
  const Vector diagonal = model.A.diagonal();
  if (!(diagonal.cwiseAbs().array() < 1).all()) {
    throw InputError("a state depends on itself with a coefficient that is not below 1");
  }
  const Vector factors = (1 - diagonal.array()).inverse();
  model.A.prune([](Index row, Index column, double) { return row != column; });
  model.A = factors.asDiagonal() * model.A;
  model.B = factors.asDiagonal() * model.B;
  return model;
}

}  // namespace simplicit
