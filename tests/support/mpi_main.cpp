// Entry of the MPI test programs: every rank runs all tests in the same order. Rank 0 reports on standard
// output; another rank's report goes to standard error when that rank failed. The exit code is the largest
// over the ranks. A rank that leaves a test early while others wait in a collective ends in ctest's timeout.
#define CATCH_CONFIG_RUNNER
#define CATCH_CONFIG_NOSTDOUT
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/parallel/session.hpp>

#include <catch2/catch.hpp>

#include <iostream>
#include <sstream>

namespace {

std::ostringstream& report_of_this_rank() {
  static std::ostringstream report;
  return report;
}

bool speaks = true;

}  // namespace

// Where Catch writes, once it is told not to use the standard streams itself.
namespace Catch {
std::ostream& cout() {
  return speaks ? std::cout : report_of_this_rank();
}
std::ostream& cerr() {
  return speaks ? std::cerr : report_of_this_rank();
}
std::ostream& clog() {
  return speaks ? std::clog : report_of_this_rank();
}
}  // namespace Catch

int main(int argc, char** argv) {
  const simplicit::Session mpi(argc, argv);
  const auto ranks = simplicit::Communicator::world();
  speaks = ranks.is_root();

  Catch::Session session;
  session.configData().useColour = Catch::UseColour::No;
  const int failed = session.run(argc, argv);

  if (failed != 0 && !speaks) {
    std::cerr << "rank " << ranks.rank() << " of " << ranks.size() << ":\n" << report_of_this_rank().str();
  }
  return static_cast<int>(ranks.max(std::int64_t{failed}));
}
