#include <simplicit/run/checkpoint.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/run/regime.hpp>
#include <simplicit/run/start.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <spdlog/spdlog.h>

namespace simplicit {
namespace {

void require_outputs(const TrainSettings& settings) {
  require_writable(settings.out);
  if (!settings.report.empty()) require_writable(settings.report);
  check_checkpoint(settings);
}

/// What --keep alone comes to.
void tell_rounds(const RunStart& start) {
  if (*start.settings.refine > 0) {
    spdlog::info("--keep goes on with {} rounds of refining; --refine 0 gives the convex problem alone",
                 *start.settings.refine);
  } else {
    spdlog::info("--keep is not refined: {}", start.regime == Regime::data
                                                  ? "refining works from the Gram matrix"
                                                  : "there are too few samples to hold some out");
  }
}

}  // namespace

RunStart decide_run(const Communicator& ranks, const TrainSettings& settings) {
  on_root(ranks, [&] { validate(settings); });
  RunStart start;
  start.header = read_states_header(settings.states, ranks);
  agree(ranks, [&] {
    check_against(settings, start.header);
    start.regime = choose_regime(settings, start.header);
    start.settings = settings_for(settings, start.header, start.regime == Regime::gram);
  });
  if (ranks.is_root() && settings.keep && !settings.refine) tell_rounds(start);
  return start;
}

RunStart start_run(const Communicator& ranks, const TrainSettings& settings) {
  on_root(ranks, [&] {
    validate(settings);
    require_outputs(settings);
  });
  RunStart start = decide_run(ranks, settings);
  require_memory(ranks, start.regime, start.header, keeps_states(start.settings));
  return start;
}

}  // namespace simplicit
