#include "solve/refit_row.hpp"

#include <simplicit/problem/penalty.hpp>

namespace simplicit {
namespace {

// Of each |phi_j|^2: states of different layers differ in scale by orders of magnitude.
// Of the ridge on column j; a column that is the same on all samples gets weight 0 from any.
double ridge_weight(const RowSamples& samples, int column) {
  const double norm2 = samples.centred_feature_norm2(column);
  return norm2 > 0 ? norm2 : 1;
}

}  // namespace

RefitRow refit_row(const RowSamples& samples, const BlockSettings& settings, Index row,
                   const std::vector<int>& support) {
  RefitRow refit;
  refit.row = row;
  refit.support = support;
  const auto constant = static_cast<int>(samples.phi().cols - 1);
  if (settings.bias && (support.empty() || support.back() != constant)) refit.support.push_back(constant);
  refit.weights_of_all.assign(static_cast<std::size_t>(samples.phi().cols), infinity);
  for (const int column : refit.support) {
    const double weight = settings.bias && column == constant ? 0 : ridge_weight(samples, column);
    refit.weights.push_back(weight);
    refit.weights_of_all[static_cast<std::size_t>(column)] = weight;
  }
  return refit;
}

RowAttempt attempt_of(const RefitRow& refit, const RowSamples& samples, const BlockSettings& settings) {
  RowAttempt attempt;
  attempt.row = refit.row;
  attempt.result.row = refit.row;
  attempt.problem = settings.problem(refit.row, samples.target_norm2(refit.row));
  attempt.problem.weights = refit.weights_of_all;
  attempt.aim = PenalisedRow{ridge_penalty(relative_ridge)};
  finish_if_constant(attempt, samples);
  return attempt;
}

}  // namespace simplicit
