#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/parallel/interruption.hpp>
#include <simplicit/parallel/memory_room.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/schedule/plan.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/gram_block.hpp>
#include <simplicit/states/store.hpp>
#include <simplicit/train/checkpoint.hpp>
#include <simplicit/train/penalty_weights.hpp>
#include <simplicit/train/progress.hpp>
#include <simplicit/train/regime.hpp>
#include <simplicit/train/row_costs.hpp>
#include <simplicit/train/train.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <optional>

namespace simplicit {
namespace {

// Rows solved together, from their number and the regime alone: few rows must still spread over ranks, many
// share the reading of all samples, which data mode does in every round.
Index rows_per_block(Index rows, Regime regime) {
  if (regime == Regime::data) return rows < 512 ? 32 : 64;
  return rows < 512 ? 8 : 32;
}

void check_before_work(const Communicator& ranks, const TrainSettings& settings) {
  on_root(ranks, [&] {
    validate(settings);
    hdf5::require_writable(settings.out);
    if (!settings.report.empty()) hdf5::require_writable(settings.report);
    check_checkpoint(settings);
  });
}

void warn_about_baseline(const StatesHeader& header, double kappa) {
  if (header.baseline_parameters) return;
  spdlog::info("{}: made by another tool (no baseline_parameters): the share of weights kept stays unknown",
               header.path);
  (void)kappa;
}

BlockSettings block_settings(const Communicator& ranks, const TrainSettings& settings, Regime regime,
                             const StateStore& store) {
  const StatesHeader& header = store.header();
  BlockSettings block;
  block.objective = settings.objective;
  block.kappa = settings.kappa;
  block.tolerance = settings.tolerance;
  block.states = header.states;
  block.bias = header.bias;
  block.width = rows_per_block(header.states + header.outputs, regime);
  agree(ranks, [&] {
    const std::vector<double> rms = settings.standardize ? feature_rms(store.phi()) : std::vector<double>{};
    set_penalty_weights(settings, header, rms, block);
  });
  return block;
}

void warn_about_ball(const StatesHeader& header, const TrainOutcome& outcome) {
  Index on_ball = 0;
  for (const RowResult& row : outcome.rows) on_ball += row.ball_active ? 1 : 0;
  if (header.state_scale || 2 * on_ball <= header.states) return;
  spdlog::warn(
      "{} of {} rows of A sit on the ball |a|_1 <= kappa and {} has no state_scale: the states were probably "
      "never "
      "rescaled. Multiply X and Z of each layer by one factor so that the network itself satisfies |A|_inf "
      "<= kappa "
      "(README, \"A network of your own\").",
      on_ball, header.states, header.path);
}

void list_missed_rows(const TrainOutcome& outcome) {
  constexpr std::size_t most_listed = 20;
  std::string list;
  std::size_t missed = 0;
  for (const RowResult& row : outcome.rows) {
    if (row.status == RowStatus::solved) continue;
    if (missed++ < most_listed)
      list +=
          fmt::format("\n  row {}: {}, relative gap {:.2e}", row.row, name_of(row.status), row.relative_gap);
  }
  if (missed == 0) return;
  if (missed > most_listed)
    list += fmt::format("\n  and {} more (see missed_rows in the report)", missed - most_listed);
  spdlog::warn("{} of {} rows did not reach the tolerance:{}", missed, outcome.rows.size(), list);
}

void gather_model(const TrainSettings& settings, const StatesHeader& header, const std::string& command_line,
                  RunRowsOutcome&& solved, TrainOutcome& outcome) {
  for (const RowResult& row : solved.rows) {
    RowResult certificate = row;
    certificate.columns.clear();
    certificate.values.clear();
    outcome.rows.push_back(std::move(certificate));
  }
  outcome.blocks = std::move(solved.blocks);
  outcome.model = assemble({header.states, header.inputs, header.outputs, header.bias}, settings.kappa,
                           std::move(solved.rows));
  outcome.model.activation = header.activation;
  outcome.model.baseline_parameters = header.baseline_parameters;
  outcome.model.state_scale = header.state_scale ? *header.state_scale : Vector::Ones(header.states);
  outcome.model.provenance = provenance(command_line);
  outcome.model.provenance["settings"] = to_json(settings);
  outcome.model.provenance["layer_sizes"] = header.layer_sizes;
  outcome.model.provenance["regime"] = name_of(outcome.regime);
}

/// Every rank leaves when a signal has reached any; train says what is saved (collective).
void leave_if_interrupted(const Communicator& ranks) {
  if (interruption_requested(ranks) != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
}

/// What a user who interrupts is told, at any time from now on.
void tell_standing(const Communicator& ranks, const std::string& standing) {
  limit_time_to_leave(ranks.is_root() ? standing : "");
}

BlockFinished save_and_show(const Communicator& ranks, std::optional<Checkpoint>& checkpoint,
                            Progress* progress) {
  return [&ranks, &checkpoint, progress](const RowBlock& block, const std::vector<RowResult>& results) {
    checkpoint->save(block, results);
    tell_standing(ranks, checkpoint->standing());
    progress->advance(static_cast<Index>(results.size()), block.cost);
  };
}

/// Solves the blocks that are left; on root the outcome holds the rows of all, sorted.
RunRowsOutcome solve_rows(const Communicator& ranks, const std::vector<RowBlock>& left,
                          const SolveBlock& solve, std::optional<Checkpoint>& checkpoint) {
  std::optional<Progress> progress;
  if (ranks.is_root()) {
    Index rows = 0;
    double cost = 0;
    for (const RowBlock& block : left) {
      rows += static_cast<Index>(block.rows.size());
      cost += block.cost;
    }
    progress.emplace(rows, cost);
  }
  RunRowsOutcome solved =
      run_rows(ranks, left, solve, save_and_show(ranks, checkpoint, progress ? &*progress : nullptr),
               [] { return interruption_requested() != Interruption::none; });
  if (progress) progress->finish();
  on_root(ranks, [&] {
    checkpoint->synchronise();
    std::vector<RowResult> earlier = checkpoint->take_rows();
    std::move(earlier.begin(), earlier.end(), std::back_inserter(solved.rows));
    std::sort(solved.rows.begin(), solved.rows.end(),
              [](const RowResult& a, const RowResult& b) { return a.row < b.row; });
  });
  return solved;
}

/// Collective; what counts of it is on root.
TrainMemory measured_memory(const Communicator& ranks, const StateStore& store, bool with_gram) {
  const StatesHeader& header = store.header();
  TrainMemory memory;
  memory.node_bytes = states_bytes(header);
  if (with_gram) memory.node_bytes += gram_bytes(header.features(), header.states + header.outputs);
  memory.rank_bytes = static_cast<std::size_t>(ranks.max(static_cast<std::int64_t>(private_memory())));
  memory.nodes = static_cast<int>(ranks.sum(store.node().is_root() ? 1 : 0));
  return memory;
}

TrainOutcome train_saving(const Communicator& ranks, const TrainSettings& settings,
                          const std::string& command_line, std::optional<Checkpoint>& checkpoint) {
  const Timer total;
  Timer phase;
  TrainOutcome outcome;
  const auto end_of_phase = [&] {
    ranks.barrier();
    return phase.restart();
  };
  check_before_work(ranks, settings);
  const StatesHeader header = read_states_header(settings.states, ranks);
  outcome.header = header;
  if (ranks.is_root()) warn_about_baseline(header, settings.kappa);
  const StateStore store(ranks, header);
  const std::string digest = states_digest(header, ranks);
  outcome.seconds.read = end_of_phase();

  outcome.regime = choose_regime(settings, header);
  BlockSettings block = block_settings(ranks, settings, outcome.regime, store);
  block.should_stop = [patience = std::make_shared<Patience>()] { return patience->ends(); };
  const std::array boundaries{header.states};
  const std::vector<double> unknown_costs(static_cast<std::size_t>(store.targets().cols), 1.0);
  const std::vector<RowBlock> blocks = row_blocks(unknown_costs, block.width, boundaries);
  for (const RowBlock& rows : blocks) outcome.rows_of_block.push_back(static_cast<Index>(rows.rows.size()));
  on_root(ranks, [&] {
    checkpoint.emplace(
        settings,
        checkpoint_header(settings, header, outcome.regime, digest, static_cast<Index>(blocks.size())),
        blocks);
    outcome.resumed_rows = checkpoint->rows_saved();
    tell_standing(ranks, checkpoint->standing());
  });
  std::vector<RowBlock> left = unfinished_blocks(ranks, blocks, checkpoint);
  leave_if_interrupted(ranks);
  phase.restart();

  std::optional<Gram> gram;
  if (outcome.regime == Regime::gram && !left.empty()) gram.emplace(ranks, store);
  set_costs(left, row_costs(ranks, store, gram ? &*gram : nullptr, block));
  outcome.cost_of_block.assign(blocks.size(), 0);
  for (const RowBlock& rows : left) outcome.cost_of_block[static_cast<std::size_t>(rows.id)] = rows.cost;
  outcome.seconds.gram = end_of_phase();
  leave_if_interrupted(ranks);

  RunRowsOutcome solved = solve_rows(
      ranks, left,
      [&](const RowBlock& rows) {
        return gram ? solve_gram_block(*gram, store, block, rows.rows, {})
                    : solve_data_block(store, block, rows.rows, {});
      },
      checkpoint);
  outcome.seconds.solve = end_of_phase();
  outcome.memory = measured_memory(ranks, store, gram.has_value());
  leave_if_interrupted(ranks);
  SIMPLICIT_ASSERT(solved.complete, "rows are missing without a signal");

  on_root(ranks, [&] {
    gather_model(settings, header, command_line, std::move(solved), outcome);
    outcome.model.provenance["states_digest"] = digest;
  });
  outcome.seconds.gather = end_of_phase();
  on_root(ranks, [&] {
    outcome.model.provenance["seconds"] = {{"read", outcome.seconds.read},
                                           {"gram", outcome.seconds.gram},
                                           {"solve", outcome.seconds.solve},
                                           {"gather", outcome.seconds.gather}};
    write_model(outcome.model, settings.out);
    warn_about_ball(header, outcome);
    list_missed_rows(outcome);
    if (!settings.checkpoint.empty()) {
      spdlog::info("{} keeps all rows: the same command with --resume only writes the model again",
                   settings.checkpoint);
    }
  });
  outcome.seconds.write = end_of_phase();
  outcome.seconds.total = total.seconds();
  return outcome;
}

}  // namespace

TrainOutcome train(const Communicator& ranks, const TrainSettings& settings,
                   const std::string& command_line) {
  std::optional<Checkpoint> checkpoint;
  tell_standing(ranks, standing_before_work(settings));
  try {
    return train_saving(ranks, settings, command_line, checkpoint);
  } catch (const Error& error) {
    if (error.code() != ExitCode::interrupted) throw;
    const std::string standing = checkpoint ? checkpoint->standing() : standing_before_work(settings);
    throw Error(ExitCode::interrupted,
                "interrupted by " + name_of(interruption_requested(ranks)) + ": " + standing);
  }
}

}  // namespace simplicit
