#include <simplicit/parallel/reductions.hpp>

#include <catch2/catch.hpp>

#include <csignal>

using namespace simplicit;

TEST_CASE("a signal on one rank is known to that rank, and to all who ask together") {
  const auto ranks = Communicator::world();
  const int last = ranks.size() - 1;
  install_signal_handlers();
  CHECK(interruption_requested() == Interruption::none);
  CHECK(interruption_requested(ranks) == Interruption::none);

  if (ranks.rank() == last) std::raise(SIGUSR1);
  CHECK(interruption_requested() == (ranks.rank() == last ? Interruption::stop : Interruption::none));
  CHECK(interruption_requested(ranks) == Interruption::stop);

  if (ranks.is_root()) std::raise(SIGTERM);
  CHECK((interruption_requested() == Interruption::terminate) == ranks.is_root());
  CHECK(interruption_requested(ranks) == Interruption::terminate);

  if (ranks.is_root()) std::raise(SIGUSR1);
  CHECK(interruption_requested(ranks) == Interruption::terminate);
}
