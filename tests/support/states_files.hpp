#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/base/types.hpp>
#include <simplicit/hdf5/file.hpp>

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace simplicit::test {

/// What a states file of a test holds; samples are columns. Absent members are not written.
struct StatesFileContent {
  Matrix U;  ///< (p x m)
  Matrix X;  ///< (n x m)
  Matrix Z;  ///< (n x m)
  Matrix Y;  ///< (q x m)
  Precision precision = Precision::float64;
  std::optional<Activation> activation = Activation::relu;
  std::optional<bool> bias = false;
  std::optional<Index> baseline_parameters;
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> layer_sizes;
  std::vector<double> state_scale;
  bool with_format = true;
};

struct StatesShape {
  Index samples = 20;
  Index inputs = 5;
  Index states = 7;
  Index outputs = 3;
};

/// Standard normal numbers from a seed, column by column. Rounded to float32, so that a file of either
/// precision holds exactly these.
[[nodiscard]] Matrix random_matrix(Index rows, Index cols, unsigned seed);

/// Random U, Z and Y with X = phi(Z) and labels 0, 1, ..., q - 1, 0, 1, ...
[[nodiscard]] StatesFileContent random_states(const StatesShape& shape, unsigned seed,
                                              Precision precision = Precision::float64, bool bias = false);

/// Writes samples (columns of `matrix`) along the first axis of the dataset.
void write_samples(hdf5::File& file, const std::string& name, const Matrix& matrix, Precision precision);

void write_states_file(const std::string& path, const StatesFileContent& content);

}  // namespace simplicit::test
