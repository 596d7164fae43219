#include "parallel/mpi_error.hpp"

#include <simplicit/base/error.hpp>

#include <mpi.h>

#include <string>

namespace simplicit {

void require_mpi_success(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char words[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(code, words, &length) != MPI_SUCCESS) length = 0;
  const std::string text(call);
  throw SystemError(
      text.substr(0, text.find('(')) + " failed: " +
      (length > 0 ? std::string(words, static_cast<std::size_t>(length)) : std::to_string(code)));
}

}  // namespace simplicit
