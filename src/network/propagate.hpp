#pragma once

#include <simplicit/network/network.hpp>

#include <vector>

namespace simplicit {

/// What stands in for the coefficients of an affine operation.
enum class Coefficients {
  plain,      ///< themselves, constants included: the operation
  absolute,   ///< |c|, without constants: row sums of |coefficients| come out where ones go in
  indicator,  ///< 1 where c is not 0, without constants: connections are counted
};

/// One sample through one affine operation, in plain loops and double precision: slow, for what is needed
/// once per network and as the reference in tests. `inputs` holds the entries of node.inputs; not for
/// activations.
[[nodiscard]] std::vector<double> propagate(const Network& network, const Node& node,
                                            const std::vector<const std::vector<double>*>& inputs,
                                            Coefficients coefficients);

/// Multiplications that propagate takes for the node.
[[nodiscard]] double products_of(const Network& network, const Node& node);

}  // namespace simplicit
