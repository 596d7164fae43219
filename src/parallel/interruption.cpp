#include <simplicit/parallel/interruption.hpp>

namespace simplicit {

Interruption interruption_requested(const Communicator& ranks) {
  return static_cast<Interruption>(ranks.max(static_cast<std::int64_t>(interruption_requested())));
}

}  // namespace simplicit
