#pragma once

#include "robustness/product.hpp"
#include "robustness/vector_loops.hpp"
#include <simplicit/model/implicit_model.hpp>

#include <type_traits>
#include <vector>

namespace simplicit {

/// States that a sweep takes together: positions first .. first + size - 1.
struct StateBlock {
  Index first = 0;
  Index size = 0;
  [[nodiscard]] Index end() const { return first + size; }
};

/// The products of one model in one precision. States are in the order of sweeps, see System.
template <class Scalar>
struct SystemProducts {
  std::vector<StateBlock> read_by;      ///< the states that block b reads lie within these positions
  std::vector<Product<Scalar>> into;    ///< A from those to block b
  std::vector<StateBlock> readers_of;   ///< the states that read block b lie within these positions
  std::vector<Product<Scalar>> out_of;  ///< A from block b to those
  Index driven = 0;                     ///< B is zero below this position
  Product<Scalar> B;                    ///< (driven x p)
  Product<Scalar> C;                    ///< (q x n)
  Product<Scalar> D;                    ///< (q x p)
};

/// A model as the bounds see it: x = phi(A x + B u), y = C x + D u, where with a bias the constant 1 is the
/// last input.
///
/// States are put in the order in which a change of the inputs reaches them, cut into blocks: a feed-forward
/// model's blocks are its levels, and one sweep over them is exact; otherwise the order is that of
/// Gauss-Seidel sweeps. Columns over states and over inputs are padded with zeros to `padded_states` and
/// `padded_inputs` rows.
struct System {
  explicit System(const ImplicitModel& model);

  Activation activation;
  bool piecewise_linear;  ///< phi(z) = max(z, slope z)
  double slope;           ///< of a piecewise linear phi left of zero, in [0, 1]
  bool bias;
  Index states, inputs, outputs;  ///< `inputs` counts the constant
  Index padded_states, padded_inputs;
  std::vector<Index> order;  ///< the model's state at each position
  std::vector<StateBlock> blocks;
  bool feed_forward;
  SparseMatrix A, B, C, D;         ///< the stored numbers, states in order
  Matrix C_rows;                   ///< (padded_states x q) C, a class a column
  Matrix D_rows;                   ///< (padded_inputs x q) D
  Vector contraction;              ///< (n) w > 0 with w - |A| w >= 1 as far as rounding lets see
  std::vector<bool> reads_states;  ///< (n) whether a state's row of A has entries

  SystemProducts<double> exact;
  SystemProducts<float> single;
  SystemProducts<double> absolute;  ///< of |A|, |B|, |C|, |D|

  /// The products in single or double precision.
  template <class Scalar>
  [[nodiscard]] const SystemProducts<Scalar>& in() const {
    if constexpr (std::is_same_v<Scalar, float>) {
      return single;
    } else {
      return exact;
    }
  }
};

}  // namespace simplicit
