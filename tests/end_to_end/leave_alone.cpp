// Errors as the program meets them: `leave_alone one|step|all RANK`. With "one" only RANK has the error,
// which no correct command lets happen, and the others wait for it in a barrier; with "step" the others never
// come to agree on it, as when a write fails on one rank inside a collective call.
#include "cli/departure.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/parallel/session.hpp>

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  const simplicit::Session session(argc, argv);
  const auto ranks = simplicit::Communicator::world();
  simplicit::cli::Departure departure(ranks);
  const std::string mode = argv[1];
  const bool has_error = mode == "all" || ranks.rank() == std::atoi(argv[2]);
  if (has_error && mode == "step") {
    simplicit::agree(ranks, [] { throw simplicit::InputError("a fault"); });
  } else if (has_error) {
    departure.leave("a fault", 2);
    return 2;
  }
  ranks.barrier();
  return 0;
}
