#pragma once

#include <simplicit/model/implicit_model.hpp>

namespace simplicit::test {

/// Every bit of the matrices, and every other part.
inline bool same_matrix(const SparseMatrix& a, const SparseMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && a.nonZeros() == b.nonZeros() &&
         std::equal(a.valuePtr(), a.valuePtr() + a.nonZeros(), b.valuePtr()) &&
         std::equal(a.innerIndexPtr(), a.innerIndexPtr() + a.nonZeros(), b.innerIndexPtr()) &&
         std::equal(a.outerIndexPtr(), a.outerIndexPtr() + a.rows() + 1, b.outerIndexPtr());
}

inline bool same_model(const ImplicitModel& a, const ImplicitModel& b) {
  return same_matrix(a.A, b.A) && same_matrix(a.B, b.B) && same_matrix(a.C, b.C) && same_matrix(a.D, b.D) &&
         a.activation == b.activation && a.bias == b.bias && a.kappa == b.kappa &&
         a.baseline_parameters == b.baseline_parameters && a.baseline_connections == b.baseline_connections &&
         a.state_scale == b.state_scale && a.provenance == b.provenance && a.rows.primal == b.rows.primal &&
         a.rows.dual == b.rows.dual && a.rows.relative_gap == b.rows.relative_gap &&
         a.rows.status == b.rows.status && a.rows.iterations == b.rows.iterations &&
         a.rows.nonzeros == b.rows.nonzeros && a.rows.seconds == b.rows.seconds;
}

}  // namespace simplicit::test
