#pragma once

#include <simplicit/layers/layered_network.hpp>

#include <vector>

namespace simplicit {

/// Channels of a layer whose rows have the same features: all of them unless operators have groups.
struct RowClass {
  Index first = 0;  ///< channel
  Index channels = 0;
  std::vector<Index> groups;  ///< of each of the layer's operators, the one these channels belong to
};
[[nodiscard]] std::vector<RowClass> row_classes(const LayeredNetwork& network, const Layer& layer);

/// The features of some samples: what each operator of the layer sees at each position, its taps side by side
/// in the order of its weights, operator after operator, and the constant 1 where the layer has a bias.
/// Sample s at position t is row s * positions + t of the result (samples * positions x features),
/// column-major with this leading dimension. `inputs` holds the tensor each operator reads, sample after
/// sample.
void build_patches(const LayeredNetwork& network, const Layer& layer, const RowClass& rows,
                   const std::vector<const float*>& inputs, Index samples, double* out,
                   Index leading_dimension);

/// Values (samples x the operator's output) of some channels as columns over the same rows.
void gather_channels(const WeightedOperator& op, const float* values, Index samples, Index first,
                     Index channels, double* out, Index leading_dimension);

}  // namespace simplicit
