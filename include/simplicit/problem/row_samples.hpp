#pragma once

#include <simplicit/linalg/stored_matrix.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/parallel/node_window.hpp>
#include <simplicit/problem/quadratic_row.hpp>
#include <simplicit/states/store.hpp>

#include <span>

namespace simplicit {

/// The samples as row problems see them: features Phi (m x d) and targets z (m x (n + q)), once per node.
///
/// With a bias every feature and every target is shifted by a number of its own, the mean of its first
/// samples. A shift moves the weight of the constant and nothing else: z - Phi w stays what it is. But
/// numbers around 1e9 that vary by 1 would leave no digits in Phi^T Phi and in Phi^T (z - Phi w), shifted
/// ones do. G, R and all correlations are those of the shifted numbers; weights in results and files belong
/// to the numbers as stored.
class RowSamples {
 public:
  /// Collective over the store's node. Throws InputError, on all ranks, when squares of the numbers leave the
  /// range of double precision; dataset and column are named.
  explicit RowSamples(const StateStore& store);
  /// The same for matrices at hand; with a bias the last feature must be the constant 1.
  RowSamples(const Communicator& node, const StoredMatrix& phi, const StoredMatrix& targets, bool bias);

  /// Sums and norms once more, after samples were overwritten (collective over the node). Shifts stay.
  void measure();

  [[nodiscard]] const Communicator& node() const { return node_; }
  [[nodiscard]] const StoredMatrix& phi() const { return phi_; }          ///< (m x d) shifted
  [[nodiscard]] const StoredMatrix& targets() const { return targets_; }  ///< (m x (n + q)) shifted
  [[nodiscard]] bool bias() const { return bias_; }

  /// Phi^T 1 and the norms of the columns of Phi, shifted (d).
  [[nodiscard]] std::span<const double> feature_sums() const { return feature_sums_; }
  [[nodiscard]] std::span<const double> feature_norms() const { return feature_norms_; }
  /// |phi_j|^2, with a bias less its mean.
  [[nodiscard]] double centred_feature_norm2(Index j) const;
  /// |z|^2 as stored.
  [[nodiscard]] double target_norm2(Index target) const { return target_norm2_[at(target)]; }
  /// |z| of the shifted target.
  [[nodiscard]] double shifted_target_norm(Index target) const { return shifted_target_norm_[at(target)]; }
  /// Whether the constant alone fits the target: it is the same on all samples or, without a bias, zero.
  [[nodiscard]] bool is_constant(Index target) const { return target_range_[at(target)] == 0; }
  /// The weights that fit such a target without error.
  [[nodiscard]] SparseRow constant_fit(Index target) const;

  /// Weights of the shifted features with the residual that `row` has with the features as stored; and back.
  [[nodiscard]] SparseRow shifted(Index target, SparseRow row) const;
  [[nodiscard]] SparseRow as_stored(Index target, SparseRow row) const;

 private:
  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
  void choose_shifts();
  void require_squares() const;
  [[nodiscard]] double constant_moved(Index target, const SparseRow& row, double direction) const;

  Communicator node_;
  StoredMatrix phi_;
  StoredMatrix targets_;
  bool bias_ = false;
  std::string path_;  ///< of the states, for messages; may be empty
  Index states_ = 0;
  Index inputs_ = 0;
  NodeWindow window_;
  std::span<double> feature_shift_;
  std::span<double> feature_sums_;
  std::span<double> feature_norms_;
  std::span<double> target_shift_;
  std::span<double> target_norm2_;
  std::span<double> shifted_target_norm_;
  std::span<double> target_range_;  ///< largest distance from the first sample, from zero without a bias
};

}  // namespace simplicit
