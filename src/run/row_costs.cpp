#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>
#include <simplicit/run/row_costs.hpp>
#include <simplicit/solve/row_attempt.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace simplicit {
namespace {

constexpr double reach = 100;
// Entries of Phi in the certificate that take about as long as one unit of the path.
constexpr double entries_per_unit = 2e5;
// Where min-norm's search for its penalty typically ends, as a fraction of lambda_max.
constexpr double fraction_for_min_norm = 1e-4;

double lambda_at(const ObjectiveSettings& objective, double lambda_max) {
  const auto penalty = objective_named(objective.name).penalty;
  const double lambda =
      penalty != nullptr ? penalty(objective, lambda_max).slope : fraction_for_min_norm * lambda_max;
  return lambda > 0 ? lambda : fraction_for_min_norm * lambda_max;
}

/// value(i) of `count` items, each rank its share; all of them on every rank.
Vector computed_together(const Communicator& ranks, Index count, const std::function<double(Index)>& value) {
  std::vector<double> mine;
  agree(ranks, [&] {
    const Range own = share(count, ranks.rank(), ranks.size());
    for (Index i = own.begin; i < own.end; ++i) mine.push_back(value(i));
  });
  std::vector<double> all = ranks.gather(std::span<const double>(mine));
  all.resize(static_cast<std::size_t>(count));
  ranks.broadcast(std::span<double>(all));
  return Eigen::Map<const Vector>(all.data(), count);
}

Vector column(const StoredMatrix& matrix, Index j) {
  Vector values(matrix.rows);
  copy_block(matrix, 0, j, matrix.rows, 1, values.data(), matrix.rows);
  return values;
}

double cost_from_correlations(const StoredMatrix& phi, const Gram& gram, const BlockSettings& settings,
                              const Vector& feature_sums, Index row, double mean, double centred_norm2) {
  const std::span<const double> r = gram.r(row);
  const Eigen::Map<const Vector> correlations(r.data(), static_cast<Index>(r.size()));
  const Vector centred = correlations - mean * feature_sums;
  const Vector& against_penalty = settings.bias ? centred : Vector(correlations);
  const double lambda =
      lambda_at(settings.objective, lambda_max_of({against_penalty.data(), r.size()}, settings.weights(row)));
  return row_cost(phi.rows, phi.cols, centred_norm2, lambda,
                  (centred.array().abs() > reach * lambda).count());
}

}  // namespace

double row_cost(Index samples, Index features, double centred_target_norm2, double lambda,
                Index reachable_features) {
  const double certificate = static_cast<double>(samples) * static_cast<double>(features) / entries_per_unit;
  const double ratio = centred_target_norm2 / lambda;
  if (!(ratio > 0 && std::isfinite(ratio))) return certificate;
  const double path = std::log1p(ratio);
  return certificate + path * std::sqrt(1 + static_cast<double>(reachable_features));
}

std::vector<double> row_costs(const Communicator& ranks, const RowSamples& samples, const Gram* gram,
                              const BlockSettings& settings) {
  const StoredMatrix& phi = samples.phi();
  const Eigen::Map<const Vector> feature_sums(samples.feature_sums().data(), phi.cols);
  const Vector costs = computed_together(ranks, samples.targets().cols, [&](Index row) {
    const Vector z = column(samples.targets(), row);
    const double mean = z.mean();
    const double centred_norm2 = (z.array() - mean).matrix().squaredNorm();
    if (gram != nullptr) {
      return cost_from_correlations(phi, *gram, settings, feature_sums, row, mean, centred_norm2);
    }
    return row_cost(phi.rows, phi.cols, centred_norm2, lambda_at(settings.objective, centred_norm2), 0);
  });
  if (!ranks.is_root()) return {};
  return {costs.data(), costs.data() + costs.size()};
}

void set_costs(std::vector<RowBlock>& blocks, const std::vector<double>& costs) {
  if (costs.empty()) return;
  for (RowBlock& block : blocks) {
    block.cost = 0;
    for (const Index row : block.rows) block.cost += costs.at(static_cast<std::size_t>(row));
  }
}

void set_costs_as_measured(std::vector<RowBlock>& blocks, const std::vector<BlockRecord>& records) {
  std::map<Index, double> seconds_of;
  double seconds = 0;
  double rows = 0;
  for (const BlockRecord& record : records) {
    seconds_of[record.id] = record.seconds;
    seconds += record.seconds;
    rows += static_cast<double>(record.rows);
  }
  if (rows == 0) return;
  for (RowBlock& block : blocks) {
    const auto measured = seconds_of.find(block.id);
    block.cost = measured != seconds_of.end() ? measured->second
                                              : static_cast<double>(block.rows.size()) * seconds / rows;
  }
}

}  // namespace simplicit
