#include <simplicit/base/failure.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <optional>

namespace simplicit {

void agree(const Communicator& ranks, const std::function<void()>& step) {
  const std::optional<Failure> own = failure_of(step);
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
