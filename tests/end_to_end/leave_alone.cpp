// Errors as the program meets them: `leave_alone one|all RANK`; with "one" only RANK has the error, which no
// correct command lets happen, and the others wait for it in a barrier.
#include "cli/departure.hpp"
#include <simplicit/parallel/session.hpp>

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  const simplicit::Session session(argc, argv);
  const auto ranks = simplicit::Communicator::world();
  simplicit::cli::Departure departure(ranks);
  const bool one = std::string(argv[1]) == "one";
  if (!one || ranks.rank() == std::atoi(argv[2])) {
    departure.leave("a fault", 2);
    return 2;
  }
  ranks.barrier();
  return 0;
}
