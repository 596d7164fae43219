#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>

#include <array>

namespace simplicit {
namespace {

constexpr double default_l1_ratio = 0.5;

void validate(const ObjectiveSettings& settings) {
  refuse_others(settings, std::array{"--lambda", "--lambda-rel", "--l1-ratio"});
  require_lambda(settings);
  const double ratio = settings.l1_ratio.value_or(default_l1_ratio);
  if (!(ratio > 0 && ratio <= 1)) throw InputError("--l1-ratio must be above 0 and at most 1");
}

Penalty penalty(const ObjectiveSettings& settings, double lambda_max) {
  return elastic_net_penalty(lambda_of(settings, lambda_max), settings.l1_ratio.value_or(default_l1_ratio));
}

}  // namespace

const Objective elastic_net_objective{
    "elastic-net", "lambda (alpha |w|_1 + (1 - alpha)/2 |w|^2): sparsity with correlated states", validate,
    penalty};

}  // namespace simplicit
