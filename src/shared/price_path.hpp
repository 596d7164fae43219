#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

/// The inverse of G + 1e-8 diag G over the features that are not zero, zeros elsewhere. G (d x d) is positive
/// semidefinite.
[[nodiscard]] Matrix ridge_inverse(const Matrix& G);

/// Prices of a row's features (d): what each is worth to 1/2 min |z - Phi w|^2 when the features leave one by
/// one, the cheapest first, at w_j^2 / (2 [G_SS^-1]_jj), all others following (optimal brain surgeon: Hassibi
/// and Stork, NIPS 1992). They rise strictly along the order in which features leave; features that are zero
/// have price 0. H = ridge_inverse(G), r = Phi^T z (d).
[[nodiscard]] Vector price_path(const Matrix& H, const Vector& r);

/// Rows with more features than this are priced once, w_j^2 / (2 [G^-1]_jj) with all features in, since
/// following the leaving ones costs d^3 a row.
inline constexpr Index longest_path = 1024;

}  // namespace simplicit
