#pragma once

#include "network/onnx_node.hpp"

#include <vector>

namespace simplicit {

/// What an affine node computes, entry by entry: sum over its inputs of factor * entry, plus a shift. Inputs
/// that are constants have gone into the shift.
struct AffineMap {
  struct Term {
    Index row = 0;     ///< entry of the output
    Index column = 0;  ///< entry of the input
    double factor = 0;
  };
  std::vector<Index> shape;              ///< of the output, the axis of the samples, of length 1, among them
  std::vector<std::vector<Term>> terms;  ///< of each input that is no constant, in their order
  std::vector<double> shift;             ///< (entries of the output)
  Index weights = 0;                     ///< constants of the node that multiply
  Index biases = 0;                      ///< constants of the node that are added
};

/// Whether operators of this type are affine where at most one factor of each product is no constant.
[[nodiscard]] bool is_affine(const std::string& type);

/// The affine map of a node; fails where it multiplies two things that the network computes, mixes samples,
/// or has attributes that are not known.
[[nodiscard]] AffineMap affine_map_of(const OnnxNode& node);

}  // namespace simplicit
