#include "system/last_words.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <ctime>
#include <initializer_list>

namespace simplicit {
namespace {

/// The most urgent request so far.
std::atomic<int> requested{0};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<double>::is_always_lock_free,
              "used by signal handlers");

/// When the process has to be gone, by monotonic_seconds(): because of a signal, because of a fault.
constexpr double never = 1e300;
std::atomic<double> end_after_signal{never};
std::atomic<double> end_after_fault{never};

std::atomic<bool> leaving_is_limited{false};
LastWords words_after_signal;
LastWords words_after_fault;
std::atomic<int> code_after_fault{0};
std::atomic<void (*)(int)> end_all_ranks{nullptr};

double monotonic_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void strike_in(double seconds) {
  constexpr double soonest = 1e-3;
  seconds = std::max(seconds, soonest);
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(seconds);
  timer.it_value.tv_usec =
      static_cast<suseconds_t>(1e6 * (seconds - static_cast<double>(timer.it_value.tv_sec)));
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

double earlier_end() {
  return std::min(end_after_signal.load(), end_after_fault.load());
}

/// The timer strikes at the earlier of the two ends; looked at again, as a signal may bring it forward here.
void set_timer() {
  double end = earlier_end();
  for (;;) {
    if (end < never) {
      strike_in(end - monotonic_seconds());
    } else {
      const itimerval off{};
      ::setitimer(ITIMER_REAL, &off, nullptr);
    }
    const double latest = earlier_end();
    if (latest == end) return;
    end = latest;
  }
}

void leave_within(double seconds) {
  end_after_signal.store(std::min(end_after_signal.load(), monotonic_seconds() + seconds));
  set_timer();
}

double seconds_to_obey(Interruption interruption) {
  return interruption == Interruption::stop ? seconds_to_stop : seconds_to_terminate;
}

Interruption asked_by(int signal) {
  switch (signal) {
    case SIGTERM:
      return Interruption::terminate;
    case SIGINT:
      return Interruption::interrupt;
    case SIGHUP:
      return Interruption::hang_up;
    default:
      return Interruption::stop;
  }
}

const char* signal_name(Interruption interruption) {
  constexpr std::array names{"SIGUSR1", "SIGUSR1", "SIGHUP", "SIGINT", "SIGTERM"};
  return names[static_cast<std::size_t>(interruption)];
}

void write_line(std::initializer_list<const char*> parts) {
  std::array<char, 1200> line{};
  std::size_t length = 0;
  for (const char* part : parts) {
    while (*part != 0 && length + 1 < line.size()) line[length++] = *part++;
  }
  line[length++] = '\n';
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), length);
}

extern "C" void note_signal(int signal) {
  const Interruption interruption = asked_by(signal);
  requested.store(std::max(requested.load(), static_cast<int>(interruption)));
  if (leaving_is_limited.load()) leave_within(seconds_to_obey(interruption));
}

[[noreturn]] void end_after_the_signal() {
  const char* const words = words_after_signal.get();
  if (words[0] != 0) {
    write_line({"simplicit: interrupted by ", signal_name(interruption_requested()), ": ", words});
  } else {
    ::poll(nullptr, 0, 100);  // root speaks before the launcher sees anybody leave
  }
  ::_exit(static_cast<int>(ExitCode::interrupted));
}

/// Ending all ranks calls MPI, which no signal handler should: should that hang, the timer strikes again.
[[noreturn]] void end_after_the_fault() {
  static std::atomic<bool> again{false};
  if (!again.exchange(true)) {
    const char* const words = words_after_fault.get();
    if (words[0] != 0) write_line({"simplicit: ", words});
    strike_in(2);
    if (auto* const end_all = end_all_ranks.load(); end_all != nullptr) end_all(code_after_fault.load());
  }
  ::_exit(code_after_fault.load());
}

extern "C" void end_process(int /*signal*/) {
  const double now = monotonic_seconds();
  if (earlier_end() > now) return set_timer();
  remove_temporary_outputs();
  if (end_after_signal.load() <= now) end_after_the_signal();
  end_after_the_fault();
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | flags;  // reads and writes carry on
  sigemptyset(&action.sa_mask);
  if (sigaction(signal, &action, nullptr) != 0) {
    throw SystemError("the signal handlers could not be installed");
  }
}

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void install_signal_handlers() {
  handle(SIGALRM, end_process, SA_NODEFER);
  for (const int signal : {SIGUSR1, SIGTERM}) handle(signal, note_signal, 0);
  for (const int signal : {SIGINT, SIGHUP}) {
    if (!is_ignored(signal)) handle(signal, note_signal, 0);
  }
  for (const int signal : {SIGPIPE, SIGXFSZ}) handle(signal, SIG_IGN, 0);
}

void limit_time_to_leave(const std::string& words) {
  words_after_signal.set(words);
  if (leaving_is_limited.exchange(true)) return;
  handle(SIGALRM, end_process, SA_NODEFER);
  const Interruption already = interruption_requested();
  if (already != Interruption::none) leave_within(seconds_to_obey(already));
}

std::string name_of(Interruption interruption) {
  return signal_name(interruption);
}

Interruption interruption_requested() noexcept {
  return static_cast<Interruption>(requested.load());
}

TimeLimit::TimeLimit(double seconds, const std::string& message, int exit_code) {
  if (end_after_fault.load() < never) return;
  handle(SIGALRM, end_process, SA_NODEFER);
  words_after_fault.set(message);
  code_after_fault.store(exit_code);
  end_after_fault.store(monotonic_seconds() + seconds);
  set_ = true;
  set_timer();
}

TimeLimit::~TimeLimit() {
  if (!set_) return;
  end_after_fault.store(never);
  set_timer();
}

void limit_time_to_exit(double seconds, int exit_code) {
  handle(SIGALRM, end_process, SA_NODEFER);
  words_after_fault.set("");
  code_after_fault.store(exit_code);
  end_after_fault.store(monotonic_seconds() + seconds);
  set_timer();
}

void set_end_of_all_ranks(void (*end_all)(int exit_code)) {
  end_all_ranks.store(end_all);
}

}  // namespace simplicit
