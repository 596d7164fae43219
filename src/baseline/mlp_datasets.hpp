#pragma once

#include <simplicit/baseline/mlp.hpp>
#include <simplicit/hdf5/file.hpp>

#include <string>

namespace simplicit {

/// Weights with more numbers than this are refused before anything is allocated.
inline constexpr Index max_weights = Index{1} << 28;

/// Reads W0, W1, ... (out x in) and b0, b1, ... (out; all or none) whose names begin with `group`, which is
/// empty or ends in '/'. Throws InputError naming file, dataset and fault: gaps in the numbers, other kinds
/// of numbers, shapes that do not chain, empty or too large ones, numbers that are not finite.
[[nodiscard]] Mlp read_mlp_datasets(const hdf5::File& file, const std::string& group, Activation activation);

/// Writes them in float64 (one process).
void write_mlp_datasets(hdf5::File& file, const std::string& group, const Mlp& mlp);

}  // namespace simplicit
