#include <simplicit/base/error.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/train/regime.hpp>

#include <fmt/format.h>

namespace simplicit {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

}  // namespace

std::size_t states_bytes(const StatesHeader& header) {
  const auto samples = static_cast<std::size_t>(header.samples + 15) / 16 * 16;
  const auto columns = static_cast<std::size_t>(header.features() + header.states + header.outputs);
  return samples * columns * bytes_of(header.precision);
}

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
  return rows < 512 ? 8 : 32;
}

}  // namespace simplicit
