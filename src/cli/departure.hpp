#pragma once

#include <simplicit/parallel/channel.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <string>

namespace simplicit::cli {

/// How ranks leave after an error. Errors are agreed on, so normally all ranks leave together and root alone
/// speaks. A rank that leaves alone would keep the others waiting for ever: it notices within a few seconds
/// that nobody follows, says so with its rank, and ends all of them.
class Departure {
 public:
  /// Collective; keeps its own communicator so that its messages meet no others.
  explicit Departure(const Communicator& ranks);

  /// Prints "simplicit: <message>" once and returns when every rank left with an error, else ends all ranks
  /// with `exit_code`.
  void leave(const std::string& message, int exit_code);

 private:
  [[nodiscard]] bool everyone_leaves();
  [[nodiscard]] bool root_waits_for_all();
  [[nodiscard]] bool root_answers();

  Communicator ranks_;
  Channel channel_;
};

}  // namespace simplicit::cli
