#pragma once

#include <simplicit/model/shared_model.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <string>

namespace simplicit {

/// How the outputs of a network with shared rows came about. Seconds are those of the slowest rank, each.
struct SharedPrediction {
  Index samples = 0;
  bool by_own_kernels = false;  ///< else by OpenCV's dnn
  double read = 0;              ///< of the inputs, their check included
  double inference = 0;         ///< computing alone
  double write = 0;
  double sample = 0;  ///< computing a sample on one rank, the mean of all
};

/// Reads `U` (m x p) from an HDF5 file and writes the network's outputs `Y` (m x q), computed in float32,
/// under a temporary name that is renamed at the end (collective). Samples are spread over the ranks and pass
/// through in pieces; the bits of Y do not depend on the number of ranks. Throws InputError naming file,
/// dataset and fault.
SharedPrediction predict_shared(const Communicator& ranks, const SharedModel& model,
                                const std::string& model_path, const std::string& inputs_path,
                                const std::string& outputs_path);

}  // namespace simplicit
