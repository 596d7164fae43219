#include "run/checkpoint_header.hpp"
#include "run/progress.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/should_stop.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/run/regime.hpp>
#include <simplicit/run/row_costs.hpp>
#include <simplicit/run/shared_settings.hpp>
#include <simplicit/run/training_run.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/gram_block.hpp>
#include <simplicit/solve/row_result_archive.hpp>
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
  return points * (convex + of_round * rounds_of_refining(settings));
}

/// The rows of all blocks in one list, by row.
template <class Row>
std::vector<Row> sorted_rows(std::vector<StageRows> blocks) {
  std::vector<Row> all;
  for (StageRows& rows : blocks) {
    auto& some = std::get<std::vector<Row>>(rows);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &Row::row);
  return all;
}

}  // namespace

TrainingRun::TrainingRun(const Communicator& ranks, RunStart start, std::string& saved)
    : ranks_(ranks),
      settings_(std::move(start.settings)),
      header_(std::move(start.header)),
      regime_(start.regime),
      store_(ranks, header_, rounds_of_refining(settings_) > 0 ? SamplePart::fitted : SamplePart::all),
      samples_(store_),
      digest_(states_digest(header_, ranks)),
      block_(shared_settings(ranks, settings_, store_)),
      saved_(saved) {
  if (rounds_of_refining(settings_) > 0) held_out_.emplace(ranks, header_, SamplePart::held_out);
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

std::vector<RowResult> TrainingRun::solve_stage(const SolveRows& solve, const RowsHold& hold,
                                                const std::vector<RowBlock>& blocks) {
  return run_stage<RowResult>(solve, hold, blocks);
}

std::vector<RowPrices> TrainingRun::price_stage(const PriceRows& price) {
  return run_stage<RowPrices>(price, {}, blocks_);
}

template <class Row>
std::vector<Row> TrainingRun::run_stage(const std::function<std::vector<Row>(const RowBlock&)>& solve,
                                        const RowsHold& hold, const std::vector<RowBlock>& blocks) {
  on_root(ranks_, [&] {
    checkpoint_->begin_stage(stage_);
    for (const Index block : checkpoint_->finished_blocks()) {
      const StageRows& rows = checkpoint_->rows_of_block(block);
      if (!std::holds_alternative<std::vector<Row>>(rows)) checkpoint_->drop_block(block);
    }
  });
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
  const auto pack = [&](const RowBlock& block) {
    const StageRows rows = solve(block);
    SIMPLICIT_ASSERT(rows_in(rows) == block.rows, "the rows of block " + std::to_string(block.id));
    return packed_rows(rows);
  };
  SolvedBlocks solved = solve_blocks(left, pack);
  ranks_.barrier();
  seconds_.solve += phase.restart();
  leave_if_interrupted(ranks_);
  SIMPLICIT_ASSERT(solved.complete, "rows are missing without a signal");
  std::vector<Row> rows;
  on_root(ranks_, [&] { rows = sorted_rows<Row>(std::move(solved.rows)); });
  return rows;
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
    std::vector<std::string> blocks;
    on_root(ranks_, [&] {
      for (std::int64_t k = first; k < first + here; ++k) {
        blocks.push_back(packed_rows(checkpoint_->rows_of_block(finished[static_cast<std::size_t>(k)])));
      }
    });
    broadcast_value(ranks_, blocks);
    char holds = 1;
    agree(ranks_, [&] {
      if (ranks_.rank() >= here) return;
      const StageRows rows = unpacked_rows(blocks[static_cast<std::size_t>(ranks_.rank())]);
      holds = hold(std::get<std::vector<RowResult>>(rows)) ? 1 : 0;
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

/// Solves the blocks that are left.
TrainingRun::SolvedBlocks TrainingRun::solve_blocks(const std::vector<RowBlock>& left,
                                                    const SolveBlock& solve) {
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
  std::vector<StageRows> rows;
  const auto save_and_show = [&](const RowBlock& block, const std::string& result) {
    checkpoint_->save(block, result);
    rows.push_back(unpacked_rows(result));
    tell_what_is_saved();
    progress->advance(std::ssize(block.rows), block.cost);
  };
  RunBlocksOutcome solved = run_blocks(
      ranks_, left, solve, save_and_show, [] { return interruption_requested() != Interruption::none; },
      between_rows_.get());
  if (progress) progress->finish();
  on_root(ranks_, [&] {
    checkpoint_->synchronise();
    std::vector<StageRows> earlier = checkpoint_->take_rows();
    std::move(earlier.begin(), earlier.end(), std::back_inserter(rows));
  });
  records_.push_back(std::move(solved.blocks));
  return {solved.complete, std::move(rows)};
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
  std::vector<RowResult> all = rows;
  broadcast_value(ranks, all);
  std::vector<SparseRow> weights;
  for (RowResult& row : all) weights.push_back({std::move(row.columns), std::move(row.values)});
  return weights;
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
