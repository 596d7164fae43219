#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/hdf5/file.hpp>

namespace simplicit::hdf5 {

/// Writes phi as the attribute `activation` of the file, and its slope as `activation_slope` where that is
/// not the usual one.
void set_activation(File& file, Activation activation);

/// Reads it; throws InputError naming the file and the attribute.
[[nodiscard]] Activation activation_of(const File& file);

}  // namespace simplicit::hdf5
