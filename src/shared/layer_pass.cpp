#include "shared/layer_pass.hpp"

#include "shared/layer_rows.hpp"
#include "shared/moving_targets.hpp"
#include "shared/penalised.hpp"
#include "shared/refit.hpp"
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

/// Fits on these supports, and moves the targets to where the fit asks for them, a few times.
void move_targets(SharedRun& run, const StateStream& baseline, const StateStream& own,
                  const LayeredNetwork& present, std::size_t layer,
                  const std::vector<std::vector<int>>& supports, LayerProblem& problem) {
  const Timer timer;
  const TargetRule rule = target_rule(run.network, run.network.layers[layer], run.decides_classes());
  if (rule == TargetRule::fixed) return;
  std::optional<MovingTargets> targets;
  agree(run.ranks, [&] { targets.emplace(run.network, baseline, run.samples, problem.data, rule); });
  LayeredNetwork trial = present;
  for (int round = 0; round < rounds_of(rule); ++round) {
    const Timer of_rows;
    const std::vector<RowResult> rows = rows_of_classes(problem.classes.size(), [&](std::size_t k) {
      return fit_class(run.ranks, problem.classes[k], problem.sums[k], supports);
    });
    run.seconds.rows += of_rows.seconds();
    agree(run.ranks, [&] {
      take_rows(trial, layer, rows);
      targets->move(trial, own);
    });
    for (std::size_t k = 0; k < problem.classes.size(); ++k) {
      update_target_sums(run.ranks, problem.data, problem.classes[k], problem.sums[k]);
    }
  }
  run.seconds.targets += timer.seconds();
}

/// The rows of a layer that keeps `share` weights, on the states that `present` reaches.
std::vector<RowResult> keep_layer(SharedRun& run, LayerWeights& weights, const TrainSettings& settings,
                                  const StateStream& baseline, const StateStream& own,
                                  const LayeredNetwork& present, std::size_t layer, Index share) {
  SharedSeconds& seconds = run.seconds;
  const Timer of_problem;
  const double gram_before = seconds.gram;
  LayerProblem problem = layer_problem(run, baseline, present, own, layer);
  seconds.states += of_problem.seconds() - (seconds.gram - gram_before);
  Timer solving;
  const Matrix prices = layer_prices(run, problem, weights.importance(baseline, layer));
  const Timer choosing;
  const std::vector<std::vector<int>> supports = highest_priced(prices, share);
  seconds.between += choosing.seconds();
  seconds.solve += solving.seconds();
  if (!run.is_linear) move_targets(run, baseline, own, present, layer, supports, problem);
  solving = Timer();
  std::vector<RowResult> rows = rows_of_classes(problem.classes.size(), [&](std::size_t k) {
    return refit_class(run.ranks, problem.data, problem.classes[k], problem.sums[k], supports,
                       settings.tolerance);
  });
  seconds.rows += solving.seconds();
  seconds.solve += solving.seconds();
  return rows;
}

/// The rows of a layer with the penalty of the settings, on the network's own states.
std::vector<RowResult> penalise_layer(SharedRun& run, const TrainSettings& settings,
                                      const StateStream& baseline, std::size_t layer) {
  const LayerProblem problem = layer_problem(run, baseline, run.network, baseline, layer);
  const Timer solving;
  std::vector<RowResult> rows = rows_of_classes(problem.classes.size(), [&](std::size_t k) {
    return penalised_class(run.ranks, problem.data, problem.classes[k], problem.sums[k], settings);
  });
  run.seconds.rows += solving.seconds();
  run.seconds.solve += solving.seconds();
  return rows;
}

void count(const std::vector<RowResult>& rows, SharedOutcome& outcome) {
  for (const RowResult& row : rows) {
    ++outcome.rows;
    outcome.solved += reached_tolerance(row.status) ? 1 : 0;
    if (row.status != RowStatus::exact_to_rounding) {
      outcome.max_relative_gap = std::max(outcome.max_relative_gap, row.relative_gap);
    }
  }
}

}  // namespace

SharedOutcome train_layers(SharedRun& run, LayerWeights& weights, const TrainSettings& settings,
                           const std::vector<Index>& shares, SharedJournal& journal) {
  SharedOutcome outcome;
  LayeredNetwork present = run.network;
  StateStream baseline = run.stream();
  StateStream own = run.stream();
  const bool keeps = !shares.empty();
  for (std::size_t l = 0; l < run.network.layers.size(); ++l) {
    std::vector<RowResult> rows = journal.rows(l);
    const bool from_journal = !rows.empty();
    agree(run.ranks, [&] {
      baseline.prepare(run.network, l);
      if (keeps) own.prepare(present, l);
    });
    if (!from_journal) {
      rows = keeps ? keep_layer(run, weights, settings, baseline, own, present, l, shares[l])
                   : penalise_layer(run, settings, baseline, l);
      journal.save_rows(l, rows);
    }
    take_rows(present, l, rows);
    baseline.finish(l);
    own.finish(l);
    count(rows, outcome);
    outcome.model.rows.push_back(table_of(rows));
    if (from_journal) ++outcome.resumed_layers;
    run.tell("trained", l);
    if (interruption_requested(run.ranks) != Interruption::none) journal.leave(l + 1);
  }
  outcome.model.network = std::move(present);
  outcome.model.baseline_parameters = run.network.parameters();
  return outcome;
}

}  // namespace simplicit
