#include "parallel/mpi_error.hpp"
#include <simplicit/parallel/session.hpp>

#include <mpi.h>

#include <cstdio>
#include <exception>
#include <iostream>

namespace simplicit {
namespace {

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

Session::Session(int& argc, char**& argv) {
  int provided = MPI_THREAD_SINGLE;
  SIMPLICIT_MPI(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided));
  SIMPLICIT_MPI(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
  SIMPLICIT_MPI(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
}

Session::~Session() {
  if (others_would_wait()) abort_all_ranks(1);
  MPI_Finalize();
}

void abort_all_ranks(int exit_code) {
  flush_output();
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::terminate();  // MPI_Abort does not come back
}

}  // namespace simplicit
