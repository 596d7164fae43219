#include <simplicit/base/error.hpp>
#include <simplicit/system/signals.hpp>

#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

namespace simplicit {
namespace {

volatile std::sig_atomic_t stop_received = 0;
volatile std::sig_atomic_t terminate_received = 0;
volatile std::sig_atomic_t time_is_limited = 0;

/// Two copies of the last words, so that a signal never meets half-written ones.
using Words = std::array<char, 1024>;
std::array<Words, 2> last_words{};
std::atomic<int> current_words{0};
static_assert(std::atomic<int>::is_always_lock_free, "read by a signal handler");

/// The timer strikes in `seconds`, unless it would strike sooner anyway.
void strike_within(double seconds) {
  itimerval running{};
  getitimer(ITIMER_REAL, &running);
  const double left =
      static_cast<double>(running.it_value.tv_sec) + 1e-6 * static_cast<double>(running.it_value.tv_usec);
  if (left > 0 && left < seconds) return;
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(seconds);
  timer.it_value.tv_usec =
      static_cast<suseconds_t>(1e6 * (seconds - static_cast<double>(timer.it_value.tv_sec)));
  setitimer(ITIMER_REAL, &timer, nullptr);
}

extern "C" void note_signal(int signal) {
  const bool terminate = signal == SIGTERM;
  (terminate ? terminate_received : stop_received) = 1;
  if (time_is_limited != 0) strike_within(terminate ? seconds_to_terminate : seconds_to_stop);
}

extern "C" void end_process(int /*signal*/) {
  const Words& words = last_words[static_cast<std::size_t>(current_words.load())];
  if (words[0] != 0) {
    std::array<char, 1100> line{};
    const char* const parts[] = {"simplicit: interrupted by ",
                                 terminate_received != 0 ? "SIGTERM: " : "SIGUSR1: ", words.data(), "\n"};
    std::size_t length = 0;
    for (const char* part : parts) {
      while (*part != 0 && length < line.size()) line[length++] = *part++;
    }
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), length);
  } else {
    ::poll(nullptr, 0, 100);  // root speaks before the launcher sees anybody leave
  }
  ::_exit(static_cast<int>(ExitCode::interrupted));
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // reads and writes carry on
  sigemptyset(&action.sa_mask);
  if (sigaction(signal, &action, nullptr) != 0) {
    throw SystemError("the signal handlers could not be installed");
  }
}

}  // namespace

void install_signal_handlers() {
  handle(SIGUSR1, note_signal);
  handle(SIGTERM, note_signal);
}

void limit_time_to_leave(const std::string& words) {
  const int other = 1 - current_words.load();
  Words& place = last_words[static_cast<std::size_t>(other)];
  const std::size_t length = std::min(words.size(), place.size() - 1);
  std::copy_n(words.begin(), length, place.begin());
  place[length] = 0;
  current_words.store(other);
  if (time_is_limited != 0) return;
  handle(SIGALRM, end_process);
  time_is_limited = 1;
  if (stop_received != 0) strike_within(seconds_to_stop);
  if (terminate_received != 0) strike_within(seconds_to_terminate);
}

std::string name_of(Interruption interruption) {
  return interruption == Interruption::terminate ? "SIGTERM" : "SIGUSR1";
}

Interruption interruption_requested() noexcept {
  if (terminate_received != 0) return Interruption::terminate;
  return stop_received != 0 ? Interruption::stop : Interruption::none;
}

}  // namespace simplicit
