#pragma once

#include <simplicit/base/error.hpp>

#include <functional>
#include <optional>
#include <string>

namespace simplicit {

/// An exception as plain data that can be sent to other ranks.
struct Failure {
  ExitCode code = ExitCode::failed;
  std::string message;
};

/// Runs `step` and returns what it threw, if anything. What a library threw is told in our words: it counts
/// as a failure of the machine (ExitCode::failed), a record in JSON of another form as bad input.
[[nodiscard]] std::optional<Failure> failure_of(const std::function<void()>& step);

/// Throws Error(code, message).
[[noreturn]] void raise(const Failure& failure);

}  // namespace simplicit
