#pragma once

#include <stdexcept>
#include <string>

namespace simplicit {

/// What the process tells its caller.
enum class ExitCode : int {
  done = 0,
  failed = 1,            ///< failed while running
  bad_input = 2,         ///< wrong usage or bad input
  tolerance_missed = 3,  ///< done, but some rows did not reach the tolerance
  interrupted = 75       ///< interrupted by a signal, everything finished is saved
};

/// An error that ends the program with a code and one message for the user.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// Wrong usage or bad input; the message names the file, dataset or flag and what is wrong with it.
class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : Error(ExitCode::bad_input, message) {}
};

/// The machine did not do what was asked (disk, memory, MPI); the message says what and where.
class SystemError : public Error {
 public:
  explicit SystemError(const std::string& message) : Error(ExitCode::failed, message) {}
};

/// Ends the process over a bug, after printing the condition, the values and the place.
[[noreturn]] void assertion_failed(const char* condition, const std::string& values, const char* file,
                                   int line);

}  // namespace simplicit

/// A condition only a bug can break; `values` is a string that shows the operands.
#define SIMPLICIT_ASSERT(condition, values)                                                  \
  do {                                                                                       \
    if (!(condition)) ::simplicit::assertion_failed(#condition, values, __FILE__, __LINE__); \
  } while (false)
