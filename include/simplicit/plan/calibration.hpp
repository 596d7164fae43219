#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/plan/run_record.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/states/states_file.hpp>

#include <vector>

namespace simplicit {

/// Records of a run that was not made: reads the states (of a large file the first samples only), forms G
/// and solves a few blocks spread over the estimated costs, for about two seconds; the others are taken to
/// need as many seconds a unit of cost, and what grows with the samples is scaled up (collective; on root,
/// empty elsewhere). All ranks solve the same blocks at the same time, so that ranks which share memory slow
/// each other down as they will; where a node has several, a second record is of one rank per node. Throws
/// InputError on bad settings or files.
[[nodiscard]] std::vector<RunRecord> calibrate(const Communicator& ranks, const TrainSettings& settings);

/// Samples of a file to calibrate on: all when G and R take at most some seconds and the states at most
/// 1 GiB, else as many as do, 64 at least.
[[nodiscard]] Index samples_to_calibrate(const StatesHeader& header, Regime regime);

}  // namespace simplicit
