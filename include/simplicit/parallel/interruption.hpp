#pragma once

#include <simplicit/parallel/communicator.hpp>

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

/// The most urgent request this rank has received.
[[nodiscard]] Interruption interruption_requested() noexcept;

/// The most urgent request any rank has received, the same on all (collective).
[[nodiscard]] Interruption interruption_requested(const Communicator& ranks);

}  // namespace simplicit
