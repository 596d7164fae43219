#include <simplicit/base/error.hpp>
#include <simplicit/parallel/interruption.hpp>

#include <csignal>

namespace simplicit {
namespace {

volatile std::sig_atomic_t stop_received = 0;
volatile std::sig_atomic_t terminate_received = 0;

extern "C" void note_signal(int signal) {
  if (signal == SIGTERM) {
    terminate_received = 1;
  } else {
    stop_received = 1;
  }
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;  // reads and writes carry on
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGUSR1, &action, nullptr) != 0 || sigaction(SIGTERM, &action, nullptr) != 0)
    throw SystemError("the signal handlers could not be installed");
}

Interruption interruption_requested() noexcept {
  if (terminate_received != 0) return Interruption::terminate;
  return stop_received != 0 ? Interruption::stop : Interruption::none;
}

Interruption interruption_requested(const Communicator& ranks) {
  return static_cast<Interruption>(ranks.max(static_cast<std::int64_t>(interruption_requested())));
}

}  // namespace simplicit
