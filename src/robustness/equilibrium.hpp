#pragma once

#include "robustness/system.hpp"

namespace simplicit {

/// States near the equilibria at some inputs, and how far everything computed may be off.
struct NearEquilibria {
  Matrix X;         ///< (n x k)
  Matrix Z;         ///< (n x k) A X + B U as computed
  Matrix Z_error;   ///< (n x k) of Z by rounding
  Matrix residual;  ///< (n x k) bounds on |phi(A X + B U) - X|
};

/// Where the inputs drive the states by S = B U (n x k), with |B| |U| at most `magnitude` (n x k). By sweeps
/// from zero: exact to rounding after one where the model is feed-forward.
[[nodiscard]] NearEquilibria near_equilibria(const System& system, const Matrix& S, const Matrix& magnitude);
/// At the inputs U (padded inputs x k) themselves.
[[nodiscard]] NearEquilibria near_equilibria(const System& system, const Matrix& U);

/// The outputs C X + D U there as computed (q x k).
[[nodiscard]] Matrix outputs_at(const System& system, const NearEquilibria& reached, const Matrix& U);

/// The same, and bounds on |y - y*| of the exact ones, (q x k) each.
struct BoundedOutputs {
  Matrix Y, error;
};
[[nodiscard]] BoundedOutputs bounded_outputs(const System& system, const NearEquilibria& reached,
                                             const Matrix& U);

/// phi of every entry.
[[nodiscard]] Matrix activated(const System& system, const Matrix& Z);
/// What the library's phi may be off by, times |phi(z)|.
inline constexpr double activation_error = 0x1p-48;

}  // namespace simplicit
