#pragma once

#include "shared/state_stream.hpp"
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/problem/quadratic_row.hpp>
#include <simplicit/shared/patches.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// What one rank holds of a layer's row problems: the tensors that its operators read, and the targets.
struct LayerData {
  const LayeredNetwork* network = nullptr;
  const Layer* layer = nullptr;
  Index samples = 0;                 ///< of this rank
  Index block = 1;                   ///< samples summed before anything is added to what other ranks have
  std::vector<const float*> inputs;  ///< of the layer's operators
  std::vector<float> targets;        ///< pre-activation less what reaches it without these weights, as the
                                     ///< operators write it
  Index all_samples = 0;             ///< of all ranks

  [[nodiscard]] Index features() const { return network->features(*layer); }
  /// Rows of Phi over all ranks: samples times positions.
  [[nodiscard]] double all_rows() const {
    return static_cast<double>(all_samples) * static_cast<double>(network->positions(*layer));
  }
};

/// The targets of a layer: `baseline` gives the pre-activation, `own`, with the weights of `present`, what
/// else reaches it. Both streams have prepared the layer.
[[nodiscard]] LayerData layer_data(const LayeredNetwork& baseline_network, const StateStream& baseline,
                                   const LayeredNetwork& present, const StateStream& own, std::size_t layer,
                                   const OwnSamples& samples, Index all_samples, Index block);

/// G and R of the rows of one class, the same on all ranks.
struct ClassSums {
  Matrix G;             ///< (d x d)
  Matrix R;             ///< (d x channels) Phi^T z
  Vector target_norm2;  ///< (channels) |z|^2
};
/// Sums over all samples of all ranks (collective; the same bits at any number of ranks).
[[nodiscard]] ClassSums class_sums(const Communicator& ranks, const LayerData& data, const RowClass& rows);

/// Sums anew what depends on the targets, R and |z|^2; G stays (collective).
void update_target_sums(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                        ClassSums& sums);

/// Residuals rho = z - Phi w of some rows of a class, measured on the patches.
struct ClassResiduals {
  Matrix correlations;  ///< (d x k) Phi^T rho
  Vector norm2;         ///< (k) |rho|^2
  Vector target_dot;    ///< (k) z^T rho
};
/// Row i is channel channels[i] (counted from 0) with the weights w[i] (collective; the same on all ranks).
[[nodiscard]] ClassResiduals class_residuals(const Communicator& ranks, const LayerData& data,
                                             const RowClass& rows, const ClassSums& sums,
                                             std::span<const Index> channels, std::span<const SparseRow> w);

}  // namespace simplicit
