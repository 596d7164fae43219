#include "robustness/vector_loops.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

// One copy of each loop for every width of vectors, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define SIMPLICIT_VECTOR_LOOP __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SIMPLICIT_VECTOR_LOOP
#endif

namespace simplicit {
namespace {

template <class Scalar>
struct alignas(64) LaneSums {
  Scalar of[loop_width] = {};
  [[nodiscard]] double total() const {
    double sum = 0;
    for (const Scalar lane : of) sum += double{lane};
    return sum;
  }
};

template <class Scalar>
[[gnu::always_inline]] inline Scalar magnitude(Scalar x) {
  return x < 0 ? -x : x;
}

template <class Scalar>
[[gnu::always_inline]] inline double least_over_box_of(const Scalar* w, const Scalar* centre,
                                                       const Scalar* radius, Index length) {
  LaneSums<Scalar> sums;
  for (Index j = 0; j < length; j += loop_width) {
    for (Index t = 0; t < loop_width; ++t) {
      sums.of[t] += w[j + t] * centre[j + t] - magnitude(w[j + t]) * radius[j + t];
    }
  }
  return sums.total();
}

template <class Scalar>
[[gnu::always_inline]] inline double absolute_sum_of(const Scalar* v, const Scalar* weight, Index length) {
  LaneSums<Scalar> sums;
  for (Index j = 0; j < length; j += loop_width) {
    for (Index t = 0; t < loop_width; ++t) sums.of[t] += magnitude(v[j + t]) * weight[j + t];
  }
  return sums.total();
}

template <class Scalar>
[[gnu::always_inline]] inline double least_over_states_of(const Scalar* g, const Scalar* v,
                                                          const Ends<Scalar>& ends, Index length) {
  LaneSums<Scalar> sums;
  for (Index j = 0; j < length; j += loop_width) {
    for (Index t = 0; t < loop_width; ++t) {
      const Index i = j + t;
      const Scalar at_lower = g[i] * ends.phi_lower[i] - v[i] * ends.lower[i];
      const Scalar at_upper = g[i] * ends.phi_upper[i] - v[i] * ends.upper[i];
      const Scalar at_ends = at_lower < at_upper ? at_lower : at_upper;
      sums.of[t] += ends.kink[i] < at_ends ? ends.kink[i] : at_ends;
    }
  }
  return sums.total();
}

template <class Scalar>
[[gnu::always_inline]] inline void relaxed_by(const Scalar* __restrict g, const Scalar* __restrict negative,
                                              const Scalar* __restrict positive, Scalar* __restrict v,
                                              Index length) {
  for (Index i = 0; i < length; ++i) v[i] = g[i] * (g[i] < 0 ? negative[i] : positive[i]);
}

// Lane by lane of columns, which lie side by side for this.
template <class Scalar>
[[gnu::always_inline]] inline void add_sparse_lane(const int* starts, const int* columns,
                                                   const Scalar* values, Index rows, const Scalar* lanes,
                                                   Index width, Scalar* out, Index ldo) {
  for (Index row = 0; row < rows; ++row) {
    LaneSums<Scalar> sums;
    for (int k = starts[row]; k < starts[row + 1]; ++k) {
      const Scalar* lane = lanes + columns[k] * loop_width;
      for (Index t = 0; t < loop_width; ++t) sums.of[t] += values[k] * lane[t];
    }
    for (Index t = 0; t < width; ++t) out[row + t * ldo] += sums.of[t];
  }
}

template <class Scalar>
[[gnu::always_inline]] inline void add_sparse_product_of(const int* starts, const int* columns,
                                                         const Scalar* values, Index rows, Index cols,
                                                         const Scalar* V, Index ldv, Index k, Scalar* out,
                                                         Index ldo) {
  std::vector<Scalar> lanes(static_cast<std::size_t>(cols * loop_width));
  for (Index first = 0; first < k; first += loop_width) {
    const Index width = std::min(loop_width, k - first);
    std::fill(lanes.begin(), lanes.end(), Scalar{0});
    for (Index t = 0; t < width; ++t) {
      const Scalar* column = V + (first + t) * ldv;
      for (Index i = 0; i < cols; ++i) lanes[static_cast<std::size_t>(i * loop_width + t)] = column[i];
    }
    add_sparse_lane(starts, columns, values, rows, lanes.data(), width, out + first * ldo, ldo);
  }
}

}  // namespace

SIMPLICIT_VECTOR_LOOP double least_over_box(const float* w, const float* centre, const float* radius,
                                            Index length) {
  return least_over_box_of(w, centre, radius, length);
}
SIMPLICIT_VECTOR_LOOP double least_over_box(const double* w, const double* centre, const double* radius,
                                            Index length) {
  return least_over_box_of(w, centre, radius, length);
}

SIMPLICIT_VECTOR_LOOP WorstInput worst_input(const float* w, const float* d, const float* centre,
                                             const float* radius, float* u, Index length) {
  LaneSums<float> least;
  LaneSums<float> direct;
  for (Index j = 0; j < length; j += loop_width) {
    for (Index t = 0; t < loop_width; ++t) {
      const float at = centre[j + t] - (w[j + t] < 0 ? -radius[j + t] : radius[j + t]);
      u[j + t] = at;
      least.of[t] += w[j + t] * at;
      direct.of[t] += d[j + t] * at;
    }
  }
  return {least.total(), direct.total()};
}

SIMPLICIT_VECTOR_LOOP double absolute_sum(const float* v, const float* weight, Index length) {
  return absolute_sum_of(v, weight, length);
}
SIMPLICIT_VECTOR_LOOP double absolute_sum(const double* v, const double* weight, Index length) {
  return absolute_sum_of(v, weight, length);
}

SIMPLICIT_VECTOR_LOOP double least_over_states(const float* g, const float* v, const Ends<float>& ends,
                                               Index length) {
  return least_over_states_of(g, v, ends, length);
}
SIMPLICIT_VECTOR_LOOP double least_over_states(const double* g, const double* v, const Ends<double>& ends,
                                               Index length) {
  return least_over_states_of(g, v, ends, length);
}

SIMPLICIT_VECTOR_LOOP void relaxed(const float* g, const float* negative, const float* positive, float* v,
                                   Index length) {
  relaxed_by(g, negative, positive, v, length);
}
SIMPLICIT_VECTOR_LOOP void relaxed(const double* g, const double* negative, const double* positive, double* v,
                                   Index length) {
  relaxed_by(g, negative, positive, v, length);
}

SIMPLICIT_VECTOR_LOOP void add_sparse_product(const int* starts, const int* columns, const float* values,
                                              Index rows, Index cols, const float* V, Index ldv, Index k,
                                              float* out, Index ldo) {
  add_sparse_product_of(starts, columns, values, rows, cols, V, ldv, k, out, ldo);
}
SIMPLICIT_VECTOR_LOOP void add_sparse_product(const int* starts, const int* columns, const double* values,
                                              Index rows, Index cols, const double* V, Index ldv, Index k,
                                              double* out, Index ldo) {
  add_sparse_product_of(starts, columns, values, rows, cols, V, ldv, k, out, ldo);
}

}  // namespace simplicit
