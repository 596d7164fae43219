#pragma once

#include <simplicit/parallel/node_window.hpp>
#include <simplicit/problem/quadratic_row.hpp>
#include <simplicit/problem/row_samples.hpp>

namespace simplicit {

/// Bytes of G (d x d) and R (d x targets) as they are kept on a node.
[[nodiscard]] std::size_t gram_bytes(Index features, Index targets);

/// G = Phi^T Phi and R = Phi^T [Z^T Y^T] of the shifted samples (RowSamples) in double precision, once per
/// node, the same bits at any number of ranks.
class Gram {
 public:
  /// Collective over `ranks`: every rank computes its tiles, nodes exchange theirs. Throws InputError on all
  /// ranks when a node has no room.
  Gram(const Communicator& ranks, const RowSamples& samples);

  [[nodiscard]] GramView g() const { return g_; }
  /// r = Phi^T z of row i (d).
  [[nodiscard]] std::span<const double> r(Index i) const {
    return {r_.data() + i * g_.leading_dimension, static_cast<std::size_t>(g_.dimension)};
  }

 private:
  NodeWindow g_window_;
  NodeWindow r_window_;
  GramView g_;
  std::span<double> r_;
};

}  // namespace simplicit
