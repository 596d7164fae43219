#include <simplicit/solve/gram_block.hpp>
#include <simplicit/solve/row_loop.hpp>

#include <vector>

namespace simplicit {
namespace {

// Phi^T (z - mean z) from r: with a bias the last row of G holds the sums of the features.
Vector centred(const Gram& gram, std::span<const double> r, bool bias) {
  Vector c = Eigen::Map<const Vector>(r.data(), static_cast<Index>(r.size()));
  if (!bias) return c;
  const Index last = gram.g().dimension - 1;
  const Eigen::Map<const Vector> feature_sums(gram.g().column(last), gram.g().dimension);
  const double mean = c[last] / feature_sums[last];
  return c - mean * feature_sums;
}

GramAttempt begin(const Gram& gram, const RowSamples& samples, const BlockSettings& settings, Index row) {
  GramAttempt attempt;
  const std::span<const double> r = gram.r(row);
  const Vector c = centred(gram, r, settings.bias);
  const double lambda_max = lambda_max_of({c.data(), r.size()}, settings.weights(row));
  attempt.row = begin_attempt(settings, row, samples, lambda_max);
  attempt.problem.gram = gram.g();
  attempt.problem.row = attempt.row.problem;
  attempt.problem.reference.c = r;
  const double norm = samples.shifted_target_norm(row);
  attempt.problem.reference.norm2 = norm * norm;
  attempt.problem.interlude = &settings.interlude;
  return attempt;
}

}  // namespace

std::vector<RowResult> solve_gram_block(const Gram& gram, const RowSamples& samples,
                                        const BlockSettings& settings, std::span<const Index> rows,
                                        const WarmStart& warm) {
  std::vector<GramAttempt> attempts;
  attempts.reserve(rows.size());
  for (const Index row : rows) {
    GramAttempt& attempt = attempts.emplace_back(begin(gram, samples, settings, row));
    if (warm && !attempt.row.trivial) attempt.row.w = warm(row);
  }
  RowLoop loop = loop_on(samples, settings);
  loop.more_digits = true;
  solve_and_certify(attempts, loop);
  return results_of(attempts, settings.tolerance);
}

}  // namespace simplicit
