#include <simplicit/base/timer.hpp>
#include <simplicit/solve/refit_block.hpp>
#include <simplicit/solve/row_attempt.hpp>

namespace simplicit {
namespace {

constexpr int most_corrections = 6;
// Of each G_jj: states of different layers differ in scale by orders of magnitude.
constexpr double relative_ridge = 1e-8;
// The solver aims below the tolerance, corrections lower still.
constexpr double aim = 0.05;
constexpr double aim_of_corrections = 1e-3;

// A row and its problem in G_SS, in the numbering of its support.
struct RefitAttempt {
  RowAttempt row;
  std::vector<int> support;
  std::vector<double> gram;            // (k x k)
  std::vector<double> r;               // (k)
  std::vector<double> weights;         // (k): G_jj, 0 for the bias
  std::vector<double> global_weights;  // (d): infinite off the support
  std::vector<double> measured;        // (k) what reference.c points to after a correction
  QuadraticRow problem;
};

void gather_gram(const GramView& g, const std::vector<int>& support, std::vector<double>& out) {
  const std::size_t k = support.size();
  out.resize(k * k);
  for (std::size_t j = 0; j < k; ++j) {
    const double* column = g.column(support[j]);
    for (std::size_t i = 0; i < k; ++i) out[j * k + i] = column[support[i]];
  }
}

// Of the ridge on column j; a column that is zero on all samples gets weight 0 from any.
double ridge_weight(const GramView& g, int column) {
  return g.diagonal(column) > 0 ? g.diagonal(column) : 1;
}

double target_norm2(const StoredMatrix& targets, Index row) {
  Vector z(targets.rows);
  copy_block(targets, 0, row, targets.rows, 1, z.data(), targets.rows);
  return z.squaredNorm();
}

void begin(RefitAttempt& attempt, const Gram& gram, const StateStore& store, const BlockSettings& settings,
           Index row, const std::vector<int>& support) {
  const GramView g = gram.g();
  const auto bias = static_cast<int>(g.dimension - 1);
  attempt.support = support;
  if (settings.bias && (support.empty() || support.back() != bias)) attempt.support.push_back(bias);
  const std::size_t k = attempt.support.size();
  gather_gram(g, attempt.support, attempt.gram);
  attempt.r.resize(k);
  attempt.weights.resize(k);
  attempt.global_weights.assign(static_cast<std::size_t>(g.dimension), infinity);
  Index in_ball = 0;
  for (std::size_t j = 0; j < k; ++j) {
    const int column = attempt.support[j];
    attempt.r[j] = gram.r(row)[static_cast<std::size_t>(column)];
    attempt.weights[j] = settings.bias && column == bias ? 0 : ridge_weight(g, column);
    attempt.global_weights[static_cast<std::size_t>(column)] = attempt.weights[j];
    if (column < settings.ball_columns(row)) ++in_ball;
  }
  const double norm2 = target_norm2(store.targets(), row);
  attempt.row.row = row;
  attempt.row.result.row = row;
  attempt.row.penalty_weights = &attempt.global_weights;
  attempt.row.ball_columns = settings.ball_columns(row);
  attempt.row.kappa = settings.kappa;
  attempt.row.target_norm2 = norm2;
  attempt.row.penalty = ridge_penalty(relative_ridge);
  attempt.problem.gram = {attempt.gram.data(), static_cast<Index>(k), static_cast<Index>(k)};
  attempt.problem.reference.c = attempt.r;
  attempt.problem.reference.norm2 = norm2;
  attempt.problem.weights = attempt.weights;
  attempt.problem.target_norm2 = norm2;
  attempt.problem.ball_columns = in_ball;
  attempt.problem.kappa = settings.kappa;
  attempt.problem.should_stop = &settings.should_stop;
}

// The next solve starts from what the data say at the present weights.
void correct(RefitAttempt& attempt, const BlockResiduals& residuals, Index i) {
  attempt.measured.clear();
  for (const int column : attempt.support) attempt.measured.push_back(residuals.correlations(column, i));
  ReferencePoint& reference = attempt.problem.reference;
  reference.weights = {};
  std::size_t next = 0;
  for (std::size_t j = 0; j < attempt.support.size() && next < attempt.row.w.columns.size(); ++j) {
    if (attempt.support[j] != attempt.row.w.columns[next]) continue;
    reference.weights.columns.push_back(static_cast<int>(j));
    reference.weights.values.push_back(attempt.row.w.values[next++]);
  }
  reference.c = attempt.measured;
  const auto k = static_cast<std::size_t>(i);
  reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
}

}  // namespace

std::vector<RowResult> solve_refit_block(const Gram& gram, const StateStore& store,
                                         const BlockSettings& settings, std::span<const Index> rows,
                                         const Supports& supports) {
  std::vector<RefitAttempt> attempts(rows.size());
  std::vector<RefitAttempt*> open;
  open.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RefitAttempt& attempt = attempts[i];
    begin(attempt, gram, store, settings, rows[i], supports[static_cast<std::size_t>(rows[i])]);
    solve_attempt(attempt.row, attempt.problem, &attempt.support, aim * settings.tolerance, false);
    open.push_back(&attempt);
  }
  for (int correction = 0; !open.empty(); ++correction) {
    stop_if_asked(settings.should_stop);
    const Timer timer;
    std::vector<RowAttempt*> measured;
    measured.reserve(open.size());
    for (RefitAttempt* attempt : open) measured.push_back(&attempt->row);
    const BlockResiduals residuals = measure(store.phi(), store.targets(), settings, measured);
    const double seconds_each = timer.seconds() / static_cast<double>(open.size());
    std::vector<RefitAttempt*> still_open;
    for (std::size_t i = 0; i < open.size(); ++i) {
      RefitAttempt& attempt = *open[i];
      attempt.row.result.seconds += seconds_each;
      const bool finished =
          certify_attempt(attempt.row, residuals, static_cast<Index>(i), settings.tolerance);
      if (finished || correction == most_corrections) continue;
      correct(attempt, residuals, static_cast<Index>(i));
      solve_attempt(attempt.row, attempt.problem, &attempt.support,
                    aim_of_corrections * aim * settings.tolerance, true);
      still_open.push_back(&attempt);
    }
    open = std::move(still_open);
  }
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (RefitAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, settings.tolerance));
  return results;
}

}  // namespace simplicit
