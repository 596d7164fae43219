#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

/// A proven upper bound on the spectral radius of |A| (its Perron-Frobenius eigenvalue), as a rule exact to
/// 1e-9.
///
/// The spectral radius is the largest over the strongly connected components of |A| (its Frobenius normal
/// form), so that a feed-forward A gets exactly 0. Within a component power iteration on |A| + sigma I
/// converges, and any w > 0 proves rho <= max_i (|A| w)_i / w_i (Collatz-Wielandt).
[[nodiscard]] double spectral_radius_bound(const SparseMatrix& A);

}  // namespace simplicit
