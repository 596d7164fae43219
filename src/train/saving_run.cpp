#include <simplicit/base/error.hpp>
#include <simplicit/parallel/interruption.hpp>
#include <simplicit/system/temporary_output.hpp>
#include <simplicit/train/saving_run.hpp>

namespace simplicit {

void check_before_work(const Communicator& ranks, const TrainSettings& settings) {
  on_root(ranks, [&] {
    validate(settings);
    require_writable(settings.out);
    if (!settings.report.empty()) require_writable(settings.report);
    check_checkpoint(settings);
  });
}

void run_saving(const Communicator& ranks, const TrainSettings& settings,
                const std::function<void(std::optional<Checkpoint>&)>& work) {
  std::optional<Checkpoint> checkpoint;
  limit_time_to_leave(ranks.is_root() ? standing_before_work(settings) : "");
  try {
    work(checkpoint);
  } catch (const Error& error) {
    if (error.code() != ExitCode::interrupted) throw;
    const std::string standing = checkpoint ? checkpoint->standing() : standing_before_work(settings);
    throw Error(ExitCode::interrupted,
                "interrupted by " + name_of(interruption_requested(ranks)) + ": " + standing);
  }
}

}  // namespace simplicit
