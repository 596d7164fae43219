#include "solve/refit_row.hpp"
#include <simplicit/solve/refit_block.hpp>
#include <simplicit/solve/row_loop.hpp>

namespace simplicit {
namespace {

constexpr int most_corrections = 6;

// A row on its support, in the numbering of that, and what its problem points to.
struct Refit {
  RefitRow row;
  std::vector<double> gram;  // (k x k)
  std::vector<double> r;     // (k)
};

void gather_gram(const GramView& g, const std::vector<int>& support, std::vector<double>& out) {
  const std::size_t k = support.size();
  out.resize(k * k);
  for (std::size_t j = 0; j < k; ++j) {
    const double* column = g.column(support[j]);
    for (std::size_t i = 0; i < k; ++i) out[j * k + i] = column[support[i]];
  }
}

GramAttempt begin(Refit& refit, const Gram& gram, const RowSamples& samples, const BlockSettings& settings) {
  GramAttempt attempt;
  const Index row = refit.row.row;
  attempt.row = attempt_of(refit.row, samples, settings);
  attempt.columns = &refit.row.support;
  gather_gram(gram.g(), *attempt.columns, refit.gram);
  attempt.problem.row = attempt.row.problem;
  attempt.problem.row.weights = refit.row.weights;
  attempt.problem.row.ball_columns = 0;
  for (const int column : *attempt.columns) {
    refit.r.push_back(gram.r(row)[static_cast<std::size_t>(column)]);
    if (column < settings.ball_columns(row)) ++attempt.problem.row.ball_columns;
  }
  const auto k = static_cast<Index>(attempt.columns->size());
  attempt.problem.gram = {refit.gram.data(), k, k};
  attempt.problem.reference.c = refit.r;
  const double norm = samples.shifted_target_norm(row);
  attempt.problem.reference.norm2 = norm * norm;
  attempt.problem.interlude = &settings.interlude;
  return attempt;
}

}  // namespace

std::vector<RowResult> solve_refit_block(const Gram& gram, const RowSamples& samples,
                                         const BlockSettings& settings, std::span<const Index> rows,
                                         const Supports& supports) {
  std::vector<Refit> refits(rows.size());
  std::vector<GramAttempt> attempts;
  attempts.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    refits[i].row = refit_row(samples, settings, rows[i], supports[static_cast<std::size_t>(rows[i])]);
    attempts.push_back(begin(refits[i], gram, samples, settings));
  }
  RowLoop loop = loop_on(samples, settings);
  loop.most_corrections = most_corrections;
  solve_and_certify(attempts, loop);
  return results_of(attempts, settings.tolerance);
}

}  // namespace simplicit
