#pragma once

#include <simplicit/hdf5/calls.hpp>
#include <simplicit/parallel/communicator.hpp>

namespace simplicit::hdf5 {

/// File access by all ranks through MPI-IO. Hints for the file system (striping, aggregators) are taken from
/// the environment variable SIMPLICIT_MPIIO_HINTS = "key=value;key=value"; throws InputError when it is not
/// of that form.
[[nodiscard]] Handle mpiio_access(const Communicator& ranks, const Place& place);

}  // namespace simplicit::hdf5
