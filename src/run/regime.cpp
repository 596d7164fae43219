#include <simplicit/base/error.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/run/regime.hpp>

#include <fmt/format.h>

#include <array>

namespace simplicit {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

}  // namespace

Regime choose_regime(const TrainSettings& settings, const StatesHeader& header) {
  const double needed = static_cast<double>(states_bytes(header) +
                                            gram_bytes(header.features(), header.states + header.outputs)) /
                        gib;
  const double allowed = settings.memory_gib.value_or(default_memory_gib);
  if (settings.regime == Regime::gram) {
    if (settings.memory_gib && needed > allowed) {
      throw InputError(
          fmt::format("--regime gram needs {:.2f} GiB on a node for the states of {} with G and R, --memory "
                      "allows {:.2f}; use --regime data",
                      needed, header.path, allowed));
    }
    return Regime::gram;
  }
  if (settings.regime == Regime::data) return Regime::data;
  return header.features() > 2 * header.samples || needed > allowed ? Regime::data : Regime::gram;
}

Index rows_per_block(Index rows, Regime regime) {
  if (regime == Regime::data) return rows < 512 ? 32 : 64;
  return rows < 512 ? 8 : rows < 1536 ? 32 : 64;
}

std::vector<RowBlock> blocks_of(const StatesHeader& header, Regime regime) {
  const Index rows = header.states + header.outputs;
  const std::vector<double> unknown_costs(static_cast<std::size_t>(rows), 1.0);
  const std::array boundaries{header.states};
  return row_blocks(unknown_costs, rows_per_block(rows, regime), boundaries,
                    regime == Regime::gram ? LastBlock::halved : LastBlock::whole);
}

}  // namespace simplicit
