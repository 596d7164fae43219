#pragma once

#include "robustness/system.hpp"

namespace simplicit {

/// A x + s for the states of one block: X (n x k), S (n x k) -> (size of the block x k).
template <class Scalar>
[[nodiscard]] Columns<Scalar> states_sum(const System& system, const SystemProducts<Scalar>& products,
                                         std::size_t block, const Columns<Scalar>& X,
                                         const Columns<Scalar>& S) {
  const StateBlock& rows = system.blocks[block];
  const StateBlock& read = products.read_by[block];
  Columns<Scalar> sum = S.middleRows(rows.first, rows.size);
  products.into[block].add(X.data() + read.first, X.rows(), X.cols(), sum.data(), sum.rows());
  return sum;
}

/// The same for all states.
template <class Scalar>
[[nodiscard]] Columns<Scalar> all_states_sum(const System& system, const SystemProducts<Scalar>& products,
                                             const Columns<Scalar>& X, const Columns<Scalar>& S) {
  Columns<Scalar> sums(S.rows(), S.cols());
  for (std::size_t block = 0; block < system.blocks.size(); ++block) {
    sums.middleRows(system.blocks[block].first, system.blocks[block].size) =
        states_sum(system, products, block, X, S);
  }
  return sums;
}

/// B U (n x k) for U (padded inputs x k).
template <class Scalar>
[[nodiscard]] Columns<Scalar> driven_by(const System& system, const SystemProducts<Scalar>& products,
                                        const Columns<Scalar>& U) {
  Columns<Scalar> sums = Columns<Scalar>::Zero(system.states, U.cols());
  products.B.add(U.data(), U.rows(), U.cols(), sums.data(), sums.rows());
  return sums;
}

/// C X + D U (q x k).
template <class Scalar>
[[nodiscard]] Columns<Scalar> outputs_of(const System& system, const SystemProducts<Scalar>& products,
                                         const Columns<Scalar>& X, const Columns<Scalar>& U) {
  Columns<Scalar> Y = Columns<Scalar>::Zero(system.outputs, U.cols());
  products.C.add(X.data(), X.rows(), X.cols(), Y.data(), Y.rows());
  products.D.add(U.data(), U.rows(), U.cols(), Y.data(), Y.rows());
  return Y;
}

}  // namespace simplicit
