#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// The names of the files that the two functions below write into their directory: A, B, C and D with this
/// suffix, and with "npz" model.npz.
[[nodiscard]] std::vector<std::string> matrix_files(const std::string& suffix);

/// Writes A.npz (n x n), B.npz (n x p), C.npz (q x n) and D.npz (q x p) into `directory` as
/// scipy.sparse.load_npz opens them (CSR, float64), and model.npz with activation, bias, kappa and
/// state_scale (n). With a bias B and D have one more column, the last, as in the model file. Makes the
/// directory when it is not there; all files are complete before the first gets its name. Throws InputError
/// when the directory cannot be made or written, SystemError when the disk does not take it.
void write_npz_model(const ImplicitModel& model, const std::string& directory);

/// The same matrices as A.mtx, B.mtx, C.mtx and D.mtx in the Matrix Market exchange format (Boisvert, Pozo,
/// Remington, NISTIR 5935, 1996: coordinate, real, general, counted from 1), every number in the fewest
/// digits that read back as the same number; activation, bias and kappa stand in a comment.
void write_matrix_market_model(const ImplicitModel& model, const std::string& directory);

}  // namespace simplicit
