#include <simplicit/base/failure.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/system/signals.hpp>

#include <optional>

namespace simplicit {
namespace {

/// The others may be inside a collective call that this rank has left by its fault, and never come.
constexpr double seconds_to_wait_for_others = 10;

std::string told_alone(const Failure& failure, const Communicator& ranks) {
  return "rank " + std::to_string(ranks.rank()) + ": " + failure.message;
}

}  // namespace

void agree(const Communicator& ranks, const std::function<void()>& step) {
  const std::optional<Failure> own = failure_of(step);
  std::optional<TimeLimit> limit;
  if (own && own->code != ExitCode::interrupted && ranks.size() > 1) {
    limit.emplace(seconds_to_wait_for_others, told_alone(*own, ranks), static_cast<int>(own->code));
  }
  const int nobody = ranks.size();
  const int first = static_cast<int>(ranks.min(own ? ranks.rank() : nobody));
  if (first == nobody) return;
  Failure agreed = ranks.rank() == first ? *own : Failure{};
  ranks.broadcast(agreed.code, first);
  ranks.broadcast(agreed.message, first);
  raise(agreed);
}

void on_root(const Communicator& ranks, const std::function<void()>& step) {
  agree(ranks, [&] {
    if (ranks.is_root()) step();
  });
}

}  // namespace simplicit
