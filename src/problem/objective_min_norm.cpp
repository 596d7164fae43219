#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>

#include <array>

namespace simplicit {
namespace {

void validate(const ObjectiveSettings& settings) {
  refuse_others(settings, std::array{"--delta"});
  const double delta = settings.delta.value_or(0);
  if (!(delta >= 0 && delta < 1)) throw InputError("--delta must be at least 0 and below 1");
}

}  // namespace

const Objective min_norm_objective{
    "min-norm", "|w|_1 subject to |z - Phi w| <= delta |z|: robustness (delta 0 is exact matching)", validate,
    nullptr};

}  // namespace simplicit
