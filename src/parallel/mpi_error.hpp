#pragma once

namespace simplicit {

/// Throws SystemError with the call's text up to its arguments and MPI's own words for `code`, unless it is
/// MPI_SUCCESS.
void require_mpi_success(int code, const char* call);

}  // namespace simplicit

/// Every MPI call that can fail goes through here.
#define SIMPLICIT_MPI(call) ::simplicit::require_mpi_success(call, #call)
