#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/system/memory_room.hpp>
#include <simplicit/train/regime.hpp>

#include <fmt/format.h>

#include <array>

namespace simplicit {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

}  // namespace

std::size_t states_bytes(const StatesHeader& header) {
  const auto samples = static_cast<std::size_t>(header.samples + 15) / 16 * 16;
  const auto columns = static_cast<std::size_t>(header.features() + header.states + header.outputs);
  return samples * columns * bytes_of(header.precision);
}

void require_memory(const Communicator& ranks, Regime regime, const StatesHeader& header) {
  const std::size_t states = states_bytes(header);
  const bool with_gram = regime == Regime::gram;
  const std::size_t gram = with_gram ? gram_bytes(header.features(), header.states + header.outputs) : 0;
  std::string what = fmt::format("the states of {}, m = {}, n = {}, p = {}", header.path, header.samples,
                                 header.states, header.inputs);
  if (with_gram) what += fmt::format(", and for G and R, which alone take {}", human_size(gram));
  const Communicator node = ranks.split_by_node();
  const auto check = [&](std::size_t bytes) {
    on_root(node, [&] { require_room(what, bytes, node.size() > 1, 0); });
    agree(node, [&] { require_address_space(what, bytes); });
  };
  agree(ranks, [&] {
    const auto lack = failure_of([&] { check(states + gram); });
    if (!lack) return;
    const bool states_fit = with_gram && !failure_of([&] { check(states); });
    throw Error(lack->code,
                lack->message + (states_fit ? "; --regime data takes no G" : "; fewer samples take less"));
  });
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

std::vector<RowBlock> blocks_of(const StatesHeader& header, Regime regime) {
  const Index rows = header.states + header.outputs;
  const std::vector<double> unknown_costs(static_cast<std::size_t>(rows), 1.0);
  const std::array boundaries{header.states};
  return row_blocks(unknown_costs, rows_per_block(rows, regime), boundaries,
                    regime == Regime::gram ? LastBlock::halved : LastBlock::whole);
}

}  // namespace simplicit
