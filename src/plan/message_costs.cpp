#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/plan/prediction.hpp>
#include <simplicit/run/stage_rows.hpp>

#include <algorithm>

namespace simplicit {
namespace {

constexpr int repetitions = 20;
// MPI's own part of a message on root: matching, receiving, sending (small messages between two processes of
// a node take about a microsecond; a network card a few).
constexpr double mpi_seconds = 5e-6;

StageRows block_with(int nonzeros) {
  std::vector<RowResult> rows;
  for (Index row = 0; row < 32; ++row) {
    RowResult& result = rows.emplace_back();
    result.row = row;
    result.columns.assign(static_cast<std::size_t>(nonzeros), 1);
    result.values.assign(static_cast<std::size_t>(nonzeros), 0.5);
  }
  return rows;
}

struct Timing {
  double bytes = 0;
  double pack = 1;
  double take = 1;
};

/// The best of some repetitions, as other work on this machine only ever adds time.
Timing timing_of(const StageRows& rows) {
  Timing timing;
  for (int i = 0; i < repetitions; ++i) {
    Timer timer;
    const std::string bytes = packed(packed_rows(rows));  // the rows, in the message of their block
    timing.pack = std::min(timing.pack, timer.restart());
    const StageRows taken = unpacked_rows(unpacked<std::string>(bytes));
    timing.take = std::min(timing.take, timer.seconds());
    timing.bytes = static_cast<double>(bytes.size() + rows_in(taken).size() - rows_in(rows).size());
  }
  return timing;
}

}  // namespace

MessageCosts measure_message_costs() {
  const Timing small = timing_of(block_with(10));
  const Timing large = timing_of(block_with(1000));
  const double bytes = large.bytes - small.bytes;
  MessageCosts costs;
  costs.send_seconds = mpi_seconds;
  costs.take_seconds_per_byte = std::max(0.0, large.take - small.take) / bytes;
  costs.take_seconds = mpi_seconds + std::max(0.0, small.take - small.bytes * costs.take_seconds_per_byte);
  costs.pack_seconds_per_byte = large.pack / large.bytes;
  return costs;
}

}  // namespace simplicit
