#pragma once

#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <string>

namespace simplicit {

/// Wall seconds of the parts of a prediction.
struct PredictSeconds {
  double read = 0;       ///< of the inputs, their check included
  double inference = 0;  ///< equilibria and outputs alone
  double write = 0;
};

struct Prediction {
  Index samples = 0;
  FixedPointEvidence evidence;  ///< maxima over all samples
  PredictSeconds seconds;       ///< of the rank that took longest, each
};

/// Reads `U` (m x p) from an HDF5 file, a states file for example, and writes `Y` (m x q) under a temporary
/// name that is renamed at the end (collective; the same model on every rank). Samples are spread over the
/// ranks and pass through in pieces; the bits of Y do not depend on the number of ranks. Returns the same on
/// every rank. With a `normalization` the inputs are normalised first. Throws InputError naming file, dataset
/// and fault.
Prediction predict(const Communicator& ranks, const ImplicitModel& model, const std::string& inputs_path,
                   const std::string& outputs_path, const FixedPointSettings& settings,
                   const InputNormalization& normalization = {});

}  // namespace simplicit
