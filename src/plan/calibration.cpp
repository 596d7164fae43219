#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/channel.hpp>
#include <simplicit/plan/calibration.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/run/regime.hpp>
#include <simplicit/run/row_costs.hpp>
#include <simplicit/run/shared_settings.hpp>
#include <simplicit/run/stage_rows.hpp>
#include <simplicit/run/start.hpp>
#include <simplicit/schedule/plan.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/gram_block.hpp>
#include <simplicit/solve/row_attempt.hpp>
#include <simplicit/states/store.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>

namespace simplicit {
namespace {

constexpr double most_multiplications = 1e11;  // for G and R
constexpr double most_states_bytes = 1024.0 * 1024.0 * 1024.0;
constexpr double seconds_of_solving = 2;
constexpr std::size_t fewest_blocks = 3;
constexpr Index fewest_samples = 64;

bool of_outputs(const RowBlock& block, Index states) {
  return block.rows.front() >= states;
}

/// Blocks in the order they are solved: one of [C D] first, then those of [A B] at the quarters of the
/// costs, the eighths, and so on.
std::vector<Index> spread_over_costs(const std::vector<RowBlock>& blocks, Index states) {
  std::vector<Index> by_cost;
  std::vector<Index> order;
  for (const RowBlock& block : blocks) {
    if (!of_outputs(block, states)) by_cost.push_back(block.id);
    if (of_outputs(block, states) && order.empty()) order.push_back(block.id);
  }
  std::stable_sort(by_cost.begin(), by_cost.end(), [&](Index a, Index b) {
    return blocks[static_cast<std::size_t>(a)].cost < blocks[static_cast<std::size_t>(b)].cost;
  });
  std::vector<char> taken(by_cost.size(), 0);
  for (std::size_t parts = 2; parts <= 2 * by_cost.size(); parts *= 2) {
    for (std::size_t part = 1; part < parts; part += 2) {
      const std::size_t place = by_cost.size() * part / parts;
      if (std::exchange(taken[place], 1) == 0) order.push_back(by_cost[place]);
    }
  }
  return order;
}

/// What was measured on the blocks of one group, [A B] or [C D].
struct Rate {
  double cost = 0, seconds = 0, rows = 0, bytes = 0;
};

/// Measures blocks on the samples at hand and says what they would take with `growth` times as many.
class Calibrator {
 public:
  Calibrator(const RowSamples& samples, const BlockSettings& settings, const Gram* gram, double growth)
      : samples_(samples), settings_(settings), gram_(gram), growth_(growth) {}

  void solve(const RowBlock& block) {
    const Timer timer;
    const std::vector<RowResult> results = gram_ != nullptr
                                               ? solve_gram_block(*gram_, samples_, settings_, block.rows, {})
                                               : solve_data_block(samples_, settings_, block.rows, {});
    const double seconds = timer.seconds();
    const double grows = gram_ != nullptr ? std::min(seconds, measuring_seconds(block, results)) : seconds;
    Rate& rate = rates_[of_outputs(block, settings_.states) ? 1 : 0];
    rate.cost += block.cost;
    rate.seconds += seconds + (growth_ - 1) * grows;
    rate.rows += static_cast<double>(block.rows.size());
    rate.bytes += static_cast<double>(packed_rows(results).size());
  }

  [[nodiscard]] MeasuredBlock estimate(const RowBlock& block) const {
    const Rate& own = rates_[of_outputs(block, settings_.states) ? 1 : 0];
    const Rate& rate = own.rows > 0 ? own : rates_[of_outputs(block, settings_.states) ? 0 : 1];
    const auto rows = static_cast<double>(block.rows.size());
    return {static_cast<Index>(block.rows.size()), 0, block.cost, block.cost * rate.seconds / rate.cost,
            rows * rate.bytes / rate.rows};
  }

 private:
  /// Seconds of the block that went to measuring residuals on all samples.
  double measuring_seconds(const RowBlock& block, const std::vector<RowResult>& results) const {
    if (growth_ <= 1) return 0;
    std::vector<RowAttempt> attempts(block.rows.size());
    std::vector<RowAttempt*> measured;
    int rounds = 1;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      attempts[i].row = block.rows[i];
      measured.push_back(&attempts[i]);
      rounds = std::max(rounds, results[i].rounds);
    }
    const Timer timer;
    const BlockResiduals residuals = measure(samples_, measured);
    return rounds * timer.seconds();
  }

  const RowSamples& samples_;
  const BlockSettings& settings_;
  const Gram* gram_;
  double growth_;
  std::array<Rate, 2> rates_;  ///< [A B], [C D]
};

double wanted_multiplications(const StatesHeader& header) {
  const auto features = static_cast<double>(header.features());
  return features * (features / 2 + static_cast<double>(header.states + header.outputs));
}

/// What every record of a calibration says, before any block is solved.
RunRecord record_of(const Communicator& ranks, const StatesHeader& header, Regime regime) {
  RunRecord record;
  record.source = header.path;
  record.ranks = ranks.size();
  record.gram_ranks = ranks.size();
  record.regime = regime;
  record.samples = header.samples;
  record.features = header.features();
  record.rows = header.states + header.outputs;
  record.bytes_per_number = static_cast<Index>(bytes_of(header.precision));
  return record;
}

/// Blocks in the order they are to be solved, the same on all ranks; costs are known on root only.
std::vector<Index> common_order(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                                Index states) {
  std::vector<Index> order = ranks.is_root() ? spread_over_costs(blocks, states) : std::vector<Index>{};
  order.resize(static_cast<std::size_t>(ranks.max(static_cast<std::int64_t>(order.size()))));
  ranks.broadcast(std::span<Index>(order));
  return order;
}

/// Does `work` on every rank and returns when root has finished its own; a rank that waits sleeps, as it
/// would otherwise slow down those whose core it shares. A failure of any rank is thrown by all (collective).
void while_others_sleep(const Communicator& ranks, const std::function<void()>& work) {
  Channel channel(ranks);
  const std::optional<Failure> failure = failure_of(work);
  for (int rank = 1; ranks.is_root() && rank < ranks.size(); ++rank) channel.send(rank, 0, {});
  if (!ranks.is_root()) (void)channel.receive();
  agree(ranks, [&] {
    if (failure) raise(*failure);
  });
}

}  // namespace

Index samples_to_calibrate(const StatesHeader& header, Regime regime) {
  double most =
      most_states_bytes / (static_cast<double>(states_bytes(header)) / static_cast<double>(header.samples));
  if (regime == Regime::gram) most = std::min(most, most_multiplications / wanted_multiplications(header));
  if (most >= static_cast<double>(header.samples)) return header.samples;
  return std::min(header.samples, std::max(fewest_samples, static_cast<Index>(most)));
}

std::vector<RunRecord> calibrate(const Communicator& ranks, const TrainSettings& settings) {
  const RunStart start = decide_run(ranks, settings);
  const StatesHeader& header = start.header;
  RunRecord record = record_of(ranks, header, start.regime);

  StatesHeader part = header;
  part.samples = samples_to_calibrate(header, record.regime);
  const double growth = static_cast<double>(header.samples) / static_cast<double>(part.samples);
  Timer timer;
  const StateStore store(ranks, part);
  const RowSamples samples(store);
  record.read = growth * timer.restart();

  const BlockSettings block = shared_settings(ranks, start.settings, store);
  std::optional<Gram> gram;
  if (record.regime == Regime::gram) gram.emplace(ranks, samples);
  std::vector<RowBlock> blocks = blocks_of(header, record.regime);
  set_costs(blocks, row_costs(ranks, samples, gram ? &*gram : nullptr, block));
  record.gram = growth * timer.restart();

  const std::vector<Index> order = common_order(ranks, blocks, header.states);
  std::vector<RunRecord> records;
  const auto solve_on = [&](bool this_rank) {
    Calibrator calibrator(samples, block, gram ? &*gram : nullptr, growth);
    while_others_sleep(ranks, [&] {
      const Timer solving;
      for (std::size_t i = 0; this_rank && i < order.size(); ++i) {
        if (i >= fewest_blocks && solving.seconds() > seconds_of_solving) break;
        calibrator.solve(blocks[static_cast<std::size_t>(order[i])]);
      }
    });
    const TrainMemory memory = measured_memory(ranks, store, gram.has_value());
    record.nodes = memory.nodes;
    record.rank_bytes = static_cast<double>(memory.rank_bytes);
    if (!ranks.is_root()) return;
    records.push_back(record);
    for (const RowBlock& rows : blocks) records.back().blocks.push_back(calibrator.estimate(rows));
  };
  solve_on(true);
  if (ranks.size() > record.nodes) {
    solve_on(store.node().is_root());
    if (ranks.is_root()) records.back().ranks = record.nodes;
  }
  return records;
}

}  // namespace simplicit
