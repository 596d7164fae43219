#include "parallel/mpi_error.hpp"
#include <simplicit/parallel/session.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <mpi.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

namespace simplicit {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool mpi_is_running() {
  int initialized = 0;
  int finalized = 0;
  MPI_Initialized(&initialized);
  MPI_Finalized(&finalized);
  return initialized != 0 && finalized == 0;
}

void flush_output() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}

bool others_would_wait() {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return std::uncaught_exceptions() > 0 && size > 1;
}

}  // namespace

// Every launcher tells its processes their rank in the environment: OMPI_COMM_WORLD_RANK, PMI_RANK,
// PMIX_RANK, MPI_LOCALRANKID, PALS_RANKID, JSM_NAMESPACE_RANK, FLUX_TASK_RANK, SLURM_PROCID and the like;
// hydra may give only PMI_FD. A variable that only looks like one costs the start of MPI and nothing else.
bool started_by_launcher(const char* const* environment) {
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    const std::string_view name = entry.substr(0, entry.find('='));
    if (name.starts_with("PMI") || contains(name, "RANK") || contains(name, "PROCID")) return true;
  }
  return false;
}

Session::Session(int& argc, char**& argv) {
  if (!started_by_launcher(environ)) return;
  int provided = MPI_THREAD_SINGLE;
  SIMPLICIT_MPI(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided));
  SIMPLICIT_MPI(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
  SIMPLICIT_MPI(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
  set_end_of_all_ranks([](int exit_code) { MPI_Abort(MPI_COMM_WORLD, exit_code); });
}

Session::~Session() {
  if (!mpi_is_running()) return;
  if (others_would_wait()) abort_all_ranks(1);
  set_end_of_all_ranks(nullptr);
  MPI_Finalize();
}

void abort_all_ranks(int exit_code) {
  remove_temporary_outputs();
  flush_output();
  if (!mpi_is_running()) std::_Exit(exit_code);
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::terminate();  // MPI_Abort does not come back
}

}  // namespace simplicit
