#pragma once

#include <simplicit/train/checkpoint.hpp>

#include <functional>
#include <optional>

namespace simplicit {

/// Throws InputError on all ranks before any work: bad settings, an output that cannot be written, a journal
/// that cannot be used (collective).
void check_before_work(const Communicator& ranks, const TrainSettings& settings);

/// Does `work` with a checkpoint (filled on root by TrainingRun). When a signal stops it, the message says
/// what is saved and how to go on: throws Error(ExitCode::interrupted) on all ranks (collective).
void run_saving(const Communicator& ranks, const TrainSettings& settings,
                const std::function<void(std::optional<Checkpoint>&)>& work);

}  // namespace simplicit
