#pragma once

namespace simplicit {

/// Whether the environment (as `environ`, ended by a null pointer) is one that a launcher of ranks made, such
/// as mpirun or srun: it names the rank of this process.
[[nodiscard]] bool started_by_launcher(const char* const* environment);

/// Initialises MPI where a launcher started this process, and finalises it on the way out unless an exception
/// is in flight that would leave other ranks waiting. Errors of MPI calls return codes that Communicator
/// turns into SystemError. A process that was started alone never starts MPI, which takes a third of a
/// second.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

/// Ends every rank at once with this exit code; for faults that the others cannot hear about in time.
[[noreturn]] void abort_all_ranks(int exit_code);

}  // namespace simplicit
