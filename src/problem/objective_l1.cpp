#include <simplicit/problem/objective.hpp>

#include <array>

namespace simplicit {
namespace {

void validate(const ObjectiveSettings& settings) {
  refuse_others(settings, std::array{"--lambda", "--lambda-rel"});
  require_lambda(settings);
}

Penalty penalty(const ObjectiveSettings& settings, double lambda_max) {
  return l1_penalty(lambda_of(settings, lambda_max));
}

}  // namespace

const Objective l1_objective{"l1", "lambda |w|_1: sparsity", validate, penalty};

}  // namespace simplicit
