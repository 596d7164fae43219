#include "shared/check_shared_run.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/system/memory_room.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

namespace simplicit {

void require_known(const TrainSettings& settings) {
  validate(settings);
  const TrainSettings plain;
  if (settings.refine) {
    throw InputError("--structure shared goes over the layers once: give it without --refine");
  }
  if (settings.kappa != plain.kappa)
    throw InputError("--structure shared keeps no ball: give it without --kappa");
  if (settings.weights != plain.weights || settings.standardize) {
    throw InputError("--weights and --standardize are for the other structures");
  }
  if (settings.regime == Regime::data) throw InputError("--structure shared works from the Gram matrix");
  if (!settings.checkpoint.empty()) require_writable(settings.checkpoint);
}

std::optional<TapPattern> pattern_of(const TrainSettings& settings, const LayeredNetwork& network) {
  if (settings.pattern.empty()) return {};
  TapPattern pattern;
  char behind = 0;
  const int read = std::sscanf(settings.pattern.c_str(), "%td:%td%c", &pattern.count, &pattern.of, &behind);
  if (read != 2 || pattern.count < 1 || pattern.of <= pattern.count) {
    throw InputError("--pattern takes N:M with 1 <= N < M, not '" + settings.pattern + "'");
  }
  Index most = 0;
  for (const WeightedOperator& op : network.operators) most = std::max(most, op.taps());
  if (pattern.of > most) {
    throw InputError(
        fmt::format("--pattern {} does not fit: rows have at most {} weights", settings.pattern, most));
  }
  return pattern;
}

void require_valid(const TrainSettings& settings, const StatesHeader& header, const LayeredNetwork& network) {
  if (settings.keep && *settings.keep * static_cast<double>(network.parameters()) < 1) {
    throw InputError(fmt::format("{}: --keep {} of the network's {} parameters leaves none", header.path,
                                 *settings.keep, network.parameters()));
  }
  for (const Layer& layer : network.layers) {
    const Index rows = header.samples * network.positions(layer);
    if (rows >= network.taps(layer) || !settings.keep) continue;
    throw InputError(
        fmt::format("{}: {} samples are too few for layer '{}': its rows have {} weights, at least {} "
                    "samples are needed",
                    header.path, header.samples, layer.target, network.taps(layer),
                    (network.taps(layer) + network.positions(layer) - 1) / network.positions(layer)));
  }
}

SharedMemory memory_of(const LayeredNetwork& network, const StagePlan& plan, bool two_streams) {
  Index targets = 0;
  Index features = 0;
  for (const Layer& layer : network.layers) {
    targets = std::max(targets, network.channels(layer) * network.positions(layer));
    features = std::max(features, network.taps(layer) + 1);
  }
  const auto numbers = static_cast<double>(network.inputs() + (two_streams ? 2 : 1) * plan.most_entries() +
                                           (two_streams ? 3 : 1) * targets);
  const auto sums = static_cast<double>(features) * static_cast<double>(features) * 5;
  return {numbers * sizeof(float),
          sums * sizeof(double) + static_cast<double>(network.tensor_entries() * 128) * sizeof(float)};
}

void require_memory(const Communicator& ranks, const SharedMemory& memory, Index samples) {
  const Communicator node = ranks.split_by_node();
  const Index each = (samples + ranks.size() - 1) / ranks.size();
  const double of_rank = memory.rank_bytes + memory.sample_bytes * static_cast<double>(each);
  const auto bytes = static_cast<std::size_t>(of_rank * node.size());
  agree(ranks, [&] {
    on_root(node, [&] {
      require_room(fmt::format("the states of {} samples on {} rank(s), layer by layer", each * node.size(),
                               node.size()),
                   bytes, false, 0);
    });
  });
  if (ranks.is_root()) spdlog::info("about {} of memory on this node", human_size(bytes));
}

}  // namespace simplicit
