#include "run/checkpoint_header.hpp"
#include "run/progress.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/should_stop.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/interruption.hpp>
#include <simplicit/run/regime.hpp>
#include <simplicit/run/row_costs.hpp>
#include <simplicit/run/shared_settings.hpp>
#include <simplicit/run/training_run.hpp>
#include <simplicit/schedule/messages.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/gram_block.hpp>
#include <simplicit/solve/still_proven.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

namespace simplicit {
namespace {

/// Every rank leaves when a signal has reached any; train says what is saved (collective).
void leave_if_interrupted(const Communicator& ranks) {
  if (interruption_requested(ranks) != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
}

/// Stages that a run like this usually goes through: searches for --keep end after some seven solves, a round
/// of refining prices its supports some five times and fits once.
Index expected_stages(const TrainSettings& settings) {
  constexpr Index of_keep = 7;
  constexpr Index of_round = 6;
  const Index convex = settings.keep ? of_keep : 1;
  const Index points = std::max<Index>(1, std::ssize(settings.lambda_rel_path));
  return points * (convex + of_round * settings.refine);
}

}  // namespace

TrainingRun::TrainingRun(const Communicator& ranks, RunStart start, std::string& saved)
    : ranks_(ranks),
      settings_(std::move(start.settings)),
      header_(std::move(start.header)),
      regime_(start.regime),
      store_(ranks, header_, settings_.refine > 0 ? SamplePart::fitted : SamplePart::all),
      samples_(store_),
      digest_(states_digest(header_, ranks)),
      block_(shared_settings(ranks, settings_, store_)),
      saved_(saved) {
  if (settings_.refine > 0) held_out_.emplace(ranks, header_, SamplePart::held_out);
  if (keeps_states(settings_)) store_.keep_states();
  block_.interlude = [between_rows = between_rows_, patience = std::make_shared<Patience>()] {
    (*between_rows)();  // the coordinator deals out blocks while it solves rows of its own
    stop_if_asked([&] { return patience->ends(); });
  };
  blocks_ = blocks_of(header_, regime_);
  on_root(ranks, [&] {
    checkpoint_.emplace(
        settings_,
        checkpoint_header(settings_, header_, regime_, digest_, static_cast<Index>(blocks_.size())), blocks_);
    resumed_rows_ = checkpoint_->rows_saved();
  });
  tell_what_is_saved();
}

void TrainingRun::tell_what_is_saved() {
  if (checkpoint_) saved_ = checkpoint_->what_is_saved();
  limit_time_to_leave(ranks_.is_root() ? saved_ : "");
}

void TrainingRun::restore_states() {
  store_.restore_states();
  samples_changed();
}

std::vector<RowResult> TrainingRun::solve_stage(const SolveBlock& solve, const RowsHold& hold,
                                                const std::vector<RowBlock>& blocks) {
  on_root(ranks_, [&] { checkpoint_->begin_stage(stage_); });
  tell_what_is_saved();
  ++stage_;
  if (hold) drop_unproven_blocks(hold);
  std::vector<RowBlock> left = unfinished_blocks(ranks_, blocks, checkpoint_);
  leave_if_interrupted(ranks_);
  Timer phase;
  if (regime_ == Regime::gram && !gram_ && !left.empty()) gram_.emplace(ranks_, samples_);
  estimate_costs(left);
  ranks_.barrier();
  seconds_.gram += phase.restart();
  leave_if_interrupted(ranks_);
  RunRowsOutcome solved = solve_rows(left, solve);
  ranks_.barrier();
  seconds_.solve += phase.restart();
  leave_if_interrupted(ranks_);
  SIMPLICIT_ASSERT(solved.complete, "rows are missing without a signal");
  records_.push_back(std::move(solved.blocks));
  return std::move(solved.rows);
}

/// Every rank measures its share of the rows that were read; root drops the blocks that do not hold.
void TrainingRun::drop_unproven_blocks(const RowsHold& hold) {
  std::vector<Index> finished;
  on_root(ranks_, [&] { finished = checkpoint_->finished_blocks(); });
  std::int64_t count = std::ssize(finished);
  ranks_.broadcast(count);
  for (std::int64_t first = 0; first < count; first += ranks_.size()) {
    leave_if_interrupted(ranks_);
    const std::int64_t here = std::min<std::int64_t>(count - first, ranks_.size());
    std::string bytes;
    on_root(ranks_, [&] {
      std::vector<std::string> blocks;
      for (std::int64_t k = first; k < first + here; ++k) {
        blocks.push_back(packed(checkpoint_->rows_of_block(finished[static_cast<std::size_t>(k)])));
      }
      bytes = packed(blocks);
    });
    ranks_.broadcast(bytes);
    char holds = 1;
    agree(ranks_, [&] {
      if (ranks_.rank() >= here) return;
      const auto blocks = unpacked<std::vector<std::string>>(bytes);
      const auto rows = unpacked<std::vector<RowResult>>(blocks[static_cast<std::size_t>(ranks_.rank())]);
      holds = hold(rows) ? 1 : 0;
    });
    const std::vector<char> held = ranks_.gather(std::span<const char>(&holds, 1));
    on_root(ranks_, [&] {
      for (std::int64_t k = 0; k < here; ++k) {
        if (held[static_cast<std::size_t>(k)] != 0) continue;
        checkpoint_->drop_block(finished[static_cast<std::size_t>(first + k)]);
      }
    });
  }
}

// Before the first stage by the penalty; later a block counts as the seconds it took in the stage before.
void TrainingRun::estimate_costs(std::vector<RowBlock>& left) {
  if (!records_.empty()) return set_costs_as_measured(left, records_.back());
  if (!left.empty()) set_costs(left, row_costs(ranks_, samples_, gram_ ? &*gram_ : nullptr, block_));
}

/// Solves the blocks that are left; on root the outcome holds the rows of all, sorted.
RunRowsOutcome TrainingRun::solve_rows(const std::vector<RowBlock>& left, const SolveBlock& solve) {
  std::optional<Progress> progress;
  if (ranks_.is_root()) {
    Index rows = 0;
    double cost = 0;
    for (const RowBlock& block : left) {
      rows += static_cast<Index>(block.rows.size());
      cost += block.cost;
    }
    progress.emplace(rows, cost, stage_, expected_stages(settings_));
  }
  const auto save_and_show = [&](const RowBlock& block, const std::vector<RowResult>& results) {
    checkpoint_->save(block, results);
    tell_what_is_saved();
    progress->advance(static_cast<Index>(results.size()), block.cost);
  };
  RunRowsOutcome solved = run_rows(
      ranks_, left, solve, save_and_show, [] { return interruption_requested() != Interruption::none; },
      between_rows_.get());
  if (progress) progress->finish();
  on_root(ranks_, [&] {
    checkpoint_->synchronise();
    std::vector<RowResult> earlier = checkpoint_->take_rows();
    std::move(earlier.begin(), earlier.end(), std::back_inserter(solved.rows));
    std::sort(solved.rows.begin(), solved.rows.end(),
              [](const RowResult& a, const RowResult& b) { return a.row < b.row; });
  });
  return solved;
}

std::vector<RowResult> TrainingRun::solve_penalised(const ObjectiveSettings& objective, const WarmStart& warm,
                                                    const std::vector<RowBlock>& blocks) {
  block_.objective = objective;
  const auto solve = [&](const RowBlock& rows) {
    return regime_ == Regime::gram ? solve_gram_block(*gram_, samples_, block_, rows.rows, warm)
                                   : solve_data_block(samples_, block_, rows.rows, warm);
  };
  const auto hold = [&](const std::vector<RowResult>& rows) { return still_proven(samples_, block_, rows); };
  return solve_stage(solve, hold, blocks);
}

std::vector<SparseRow> broadcast_rows(const Communicator& ranks, const std::vector<RowResult>& rows) {
  std::string bytes;
  if (ranks.is_root()) bytes = packed(rows);
  ranks.broadcast(bytes);
  std::vector<SparseRow> all;
  for (RowResult& row : unpacked<std::vector<RowResult>>(bytes)) {
    all.push_back({std::move(row.columns), std::move(row.values)});
  }
  return all;
}

WarmStart warm_start_from(const std::vector<SparseRow>& rows) {
  if (rows.empty()) return {};
  return [&rows](Index row) { return rows[static_cast<std::size_t>(row)]; };
}

Index count_nonzeros(const Communicator& ranks, const std::vector<RowResult>& rows) {
  std::int64_t nonzeros = 0;
  for (const RowResult& row : rows) nonzeros += static_cast<std::int64_t>(row.columns.size());
  ranks.broadcast(nonzeros);
  return nonzeros;
}

ImplicitModel model_of(const StatesHeader& header, double kappa, std::vector<RowResult> rows) {
  ImplicitModel model =
      assemble({header.states, header.inputs, header.outputs, header.bias}, kappa, std::move(rows));
  model.activation = header.activation;
  model.baseline_parameters = header.baseline_parameters;
  model.baseline_connections = header.baseline_connections;
  model.state_scale = header.state_scale ? *header.state_scale : Vector::Ones(header.states);
  return model;
}

ImplicitModel broadcast_model_of(const TrainingRun& run, const std::vector<RowResult>& rows) {
  ImplicitModel model;
  on_root(run.ranks(), [&] { model = model_of(run.header(), run.settings().kappa, rows); });
  broadcast_model(model, run.ranks());
  return model;
}

}  // namespace simplicit
