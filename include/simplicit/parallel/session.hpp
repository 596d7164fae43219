#pragma once

namespace simplicit {

/// Initialises MPI, and finalises it on the way out unless an exception is in flight that would leave
/// other ranks waiting. Errors of MPI calls return codes that Communicator turns into SystemError.
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
