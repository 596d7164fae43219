#include "cli/departure.hpp"

#include <simplicit/base/printable.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/session.hpp>
#include <simplicit/system/backoff.hpp>

#include <cstdio>

namespace simplicit::cli {
namespace {

constexpr double patience_seconds = 5;
constexpr int leaving = 1;
constexpr int all_leave = 2;

// Polls until `count` messages have arrived; false when patience ends.
bool await(Channel& channel, int count) {
  const Timer timer;
  Backoff backoff;
  while (count > 0) {
    if (channel.poll()) {
      --count;
    } else if (timer.seconds() > patience_seconds) {
      return false;
    } else {
      backoff.pause();
    }
  }
  return true;
}

}  // namespace

Departure::Departure(const Communicator& ranks) : ranks_(ranks.split(0)), channel_(ranks_) {}

void Departure::leave(const std::string& text, int exit_code) {
  const std::string message = printable_lines(text);
  if (everyone_leaves()) {
    if (ranks_.is_root()) std::fprintf(stderr, "simplicit: %s\n", message.c_str());
    std::fflush(stderr);
    return;
  }
  std::fprintf(stderr, "simplicit: rank %d: %s\n", ranks_.rank(), message.c_str());
  std::fflush(stderr);
  abort_all_ranks(exit_code);
}

bool Departure::everyone_leaves() {
  return ranks_.is_root() ? root_waits_for_all() : root_answers();
}

bool Departure::root_waits_for_all() {
  if (!await(channel_, ranks_.size() - 1)) return false;
  for (int rank = 1; rank < ranks_.size(); ++rank) channel_.send(rank, all_leave, "");
  return true;
}

bool Departure::root_answers() {
  channel_.send(0, leaving, "");
  return await(channel_, 1);
}

}  // namespace simplicit::cli
