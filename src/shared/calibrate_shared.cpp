#include <simplicit/model/states_network.hpp>
#include <simplicit/shared/plan_shared.hpp>
#include <simplicit/shared/train_shared.hpp>
#include <simplicit/states/states_file.hpp>

#include <algorithm>

namespace simplicit {
namespace {

constexpr Index fewest_samples = 256;
constexpr Index more_samples = 4;  // times as many in the next attempt
constexpr double enough_seconds = 1;

/// The record of training on the first samples of the file.
SharedRunRecord record_of(const Communicator& ranks, const TrainSettings& settings, StatesHeader header,
                          Index samples) {
  header.samples = samples;
  SharedRunRecord record;
  train_shared_each(ranks, {settings}, header,
                    [&](std::size_t, const SharedOutcome& outcome) { record = outcome.record; });
  ranks.broadcast(record.samples_work);
  return record;
}

/// Samples without which a layer's rows have more weights than equations.
Index fewest_for(const Communicator& ranks, const StatesHeader& header) {
  Index fewest = fewest_samples;
  agree(ranks, [&] {
    const LayeredNetwork network = read_layered_network(header);
    for (const Layer& layer : network.layers) {
      fewest = std::max(fewest, network.taps(layer) / network.positions(layer) + 1);
    }
  });
  return std::min(fewest, header.samples);
}

/// The record of a run over all samples, from two over some of them: what both have in common does not grow.
SharedRunRecord extended(const SharedRunRecord& fewer, SharedRunRecord more, Index samples) {
  const auto wider = static_cast<double>(more.samples - fewer.samples);
  const double a_sample = std::max(0.0, more.samples_work - fewer.samples_work) / wider;
  const auto all = static_cast<double>(samples);
  more.between += std::max(0.0, more.samples_work - a_sample * static_cast<double>(more.samples));
  more.samples_work = a_sample * all;
  more.read *= all / static_cast<double>(more.samples);
  more.samples = samples;
  return more;
}

}  // namespace

SharedRunRecord calibrate_shared(const Communicator& ranks, const TrainSettings& settings) {
  const StatesHeader header = read_states_header(settings.states, ranks);
  SharedRunRecord fewer = record_of(ranks, settings, header, fewest_for(ranks, header));
  while (fewer.samples < header.samples) {
    const SharedRunRecord more =
        record_of(ranks, settings, header, std::min(header.samples, more_samples * fewer.samples));
    if (more.samples == header.samples) return more;
    if (more.samples_work >= enough_seconds) return extended(fewer, more, header.samples);
    fewer = more;
  }
  return fewer;
}

}  // namespace simplicit
