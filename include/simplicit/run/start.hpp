#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/states/states_file.hpp>

namespace simplicit {

/// What a run is, decided from its settings and the header of its states file before any sample is read; the
/// same on all ranks.
struct RunStart {
  TrainSettings settings;  ///< with structure and rounds of refining decided
  StatesHeader header;
  Regime regime = Regime::gram;  ///< gram or data
};

/// Reads the header and decides structure and regime (collective). Throws InputError on all ranks on bad
/// settings, or when the file does not have what they need.
[[nodiscard]] RunStart decide_run(const Communicator& ranks, const TrainSettings& settings);

/// The same for a run that is to be made: its outputs can be written, its journal can be used, and every node
/// has the memory it takes, or InputError is thrown on all ranks before any work (collective).
[[nodiscard]] RunStart start_run(const Communicator& ranks, const TrainSettings& settings);

}  // namespace simplicit
