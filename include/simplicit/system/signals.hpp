#pragma once

#include <string>

namespace simplicit {

/// What a signal asked of the program; the greater is the more urgent.
enum class Interruption : int {
  none = 0,
  stop = 1,       ///< SIGUSR1: finish what is in flight, save, leave with exit code 75
  hang_up = 2,    ///< SIGHUP: the same, at once
  interrupt = 3,  ///< SIGINT: at once
  terminate = 4   ///< SIGTERM: at once
};

/// From now on SIGUSR1, SIGTERM, SIGINT and SIGHUP only leave a note; the last two only where the caller does
/// not ignore them (nohup). SIGPIPE and SIGXFSZ are ignored, so that a reader that leaves or a limit on the
/// size of files is an error of a write like others. Called before MPI is initialised, so that a signal
/// during start-up does not end the process. Under mpirun every rank receives the signal. Throws SystemError.
void install_signal_handlers();

/// "SIGUSR1", "SIGHUP", "SIGINT" or "SIGTERM".
[[nodiscard]] std::string name_of(Interruption interruption);

/// The process leaves within these seconds of a signal, wherever it is: most leave sooner by themselves, but
/// one deep in a library call cannot.
inline constexpr double seconds_to_stop = 4;
inline constexpr double seconds_to_terminate = 0.7;  ///< launchers kill a second after SIGTERM

/// From now on a process that is still there after its time is ended with ExitCode::interrupted, after
/// removing its temporary outputs and writing "simplicit: interrupted by <signal>: <last words>" to standard
/// error; silently when the words are empty, as they are on all ranks but root. Call again to change the
/// words (at most 1 KiB of them is kept).
void limit_time_to_leave(const std::string& last_words);

/// The most urgent request this rank has received.
[[nodiscard]] Interruption interruption_requested() noexcept;

/// While this lives, the process has `seconds` left: then its temporary outputs are removed, "simplicit:
/// <message>" is written to standard error (nothing when it is empty) and every rank is ended with
/// `exit_code`. For the moments after a fault, when other ranks may never come to hear of it.
class TimeLimit {
 public:
  TimeLimit(double seconds, const std::string& message, int exit_code);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  bool set_ = false;  ///< false inside another limit, which stays the one that counts
};

/// How a rank ends all others at the end of a TimeLimit; it alone is ended without.
void set_end_of_all_ranks(void (*end_all)(int exit_code));

/// The process is ended with `exit_code` after these seconds, silently and for good: called when all is said
/// and done, as libraries may hang while they are left (OpenBLAS with too small an address space, for
/// example).
void limit_time_to_exit(double seconds, int exit_code);

}  // namespace simplicit
