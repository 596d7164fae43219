#include <simplicit/run/checkpoint.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/run/regime.hpp>
#include <simplicit/run/start.hpp>
#include <simplicit/system/temporary_output.hpp>

namespace simplicit {
namespace {

void require_outputs(const TrainSettings& settings) {
  require_writable(settings.out);
  if (!settings.report.empty()) require_writable(settings.report);
  check_checkpoint(settings);
}

}  // namespace

RunStart decide_run(const Communicator& ranks, const TrainSettings& settings) {
  on_root(ranks, [&] { validate(settings); });
  RunStart start;
  start.header = read_states_header(settings.states, ranks);
  start.settings = settings_for(settings, start.header);
  agree(ranks, [&] {
    check_against(start.settings, start.header);
    start.regime = choose_regime(start.settings, start.header);
  });
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
