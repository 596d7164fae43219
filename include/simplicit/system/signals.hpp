#pragma once

#include <string>

namespace simplicit {

/// What a signal asked of the program; the greater is the more urgent.
enum class Interruption : int {
  none = 0,
  stop = 1,      ///< SIGUSR1: finish what is in flight, save, leave with exit code 75
  terminate = 2  ///< SIGTERM: the same, at once
};

/// From now on SIGUSR1 and SIGTERM only leave a note. Called before MPI is initialised, so that a signal
/// during start-up does not end the process. Under mpirun every rank receives the signal. Throws SystemError.
void install_signal_handlers();

/// "SIGUSR1" or "SIGTERM".
[[nodiscard]] std::string name_of(Interruption interruption);

/// The process leaves within these seconds of a signal, wherever it is: most leave sooner by themselves, but
/// one deep in a library call cannot.
inline constexpr double seconds_to_stop = 4;
inline constexpr double seconds_to_terminate = 0.7;  ///< launchers kill a second after SIGTERM

/// From now on a process that is still there after its time is ended with ExitCode::interrupted, after
/// writing "simplicit: interrupted by <signal>: <last words>" to standard error; silently when the words are
/// empty, as they are on all ranks but root. Call again to change the words (at most 1 KiB of them is kept).
void limit_time_to_leave(const std::string& last_words);

/// The most urgent request this rank has received.
[[nodiscard]] Interruption interruption_requested() noexcept;

}  // namespace simplicit
