#pragma once

#include <simplicit/hdf5/calls.hpp>
#include <simplicit/parallel/communicator.hpp>

namespace simplicit::hdf5 {

/// File access by all ranks through MPI-IO. What describes datasets is read by one rank for all and written
/// by all together, so that thousands of ranks do not ask the file system the same small questions. Hints for
/// the file system (striping, aggregators) are taken from the environment variable SIMPLICIT_MPIIO_HINTS =
/// "key=value;key=value"; throws InputError when it is not of that form.
[[nodiscard]] Handle mpiio_access(const Communicator& ranks, const Place& place);

}  // namespace simplicit::hdf5
