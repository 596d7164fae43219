#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

// The loops over states and inputs that are not matrix products, in fixed lanes, so that the order of sums
// and the bits follow from the lengths alone. Every array is padded with zeros to a multiple of `loop_width`.

inline constexpr Index loop_width = 16;
[[nodiscard]] constexpr Index padded(Index length) {
  return (length + loop_width - 1) / loop_width * loop_width;
}

/// sum_j w_j centre_j - |w_j| radius_j: the least of w . u over the box.
[[nodiscard]] double least_over_box(const float* w, const float* centre, const float* radius, Index length);
[[nodiscard]] double least_over_box(const double* w, const double* centre, const double* radius,
                                    Index length);

/// Where that least value is taken, u_j = centre_j - radius_j sign(w_j), and sum_j d_j u_j there.
struct WorstInput {
  double least = 0;
  double direct = 0;
};
[[nodiscard]] WorstInput worst_input(const float* w, const float* d, const float* centre, const float* radius,
                                     float* u, Index length);

/// sum_i |v_i| weight_i
[[nodiscard]] double absolute_sum(const float* v, const float* weight, Index length);
[[nodiscard]] double absolute_sum(const double* v, const double* weight, Index length);

/// The pieces of a piecewise linear phi with its kink at 0 between lower_i and upper_i: values at both ends,
/// and kink_i = 0 where 0 lies between, infinite elsewhere.
template <class Scalar>
struct Ends {
  const Scalar *lower, *upper, *phi_lower, *phi_upper, *kink;
};
/// sum_i min of g_i phi(z) - v_i z over lower_i <= z <= upper_i
[[nodiscard]] double least_over_states(const float* g, const float* v, const Ends<float>& ends, Index length);
[[nodiscard]] double least_over_states(const double* g, const double* v, const Ends<double>& ends,
                                       Index length);

/// v_i = g_i times the slope for its sign; any length will do here.
void relaxed(const float* g, const float* negative, const float* positive, float* v, Index length);
void relaxed(const double* g, const double* negative, const double* positive, double* v, Index length);

/// out (rows x k) += M V for M in CSR form, V (cols x k).
void add_sparse_product(const int* starts, const int* columns, const float* values, Index rows, Index cols,
                        const float* V, Index ldv, Index k, float* out, Index ldo);
void add_sparse_product(const int* starts, const int* columns, const double* values, Index rows, Index cols,
                        const double* V, Index ldv, Index k, double* out, Index ldo);

}  // namespace simplicit
