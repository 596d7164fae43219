#pragma once

#include <simplicit/states/states_file.hpp>

#include <string>

namespace simplicit {

/// Writes the samples of a states file as one NumPy archive: U (m x p), X (m x n), Z (m x n), Y (m x q) in
/// the file's precision, labels (m), layer_sizes and state_scale (n) where the file has them, activation and
/// bias; not the baseline's weights. Streams slabs of samples. Throws InputError on what cannot be read or
/// written and on numbers that are not finite, Error(ExitCode::interrupted) when a signal asks to stop.
void write_npz_states(const StatesHeader& header, const std::string& path);

}  // namespace simplicit
