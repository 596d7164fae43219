#pragma once

#include <simplicit/problem/gram.hpp>
#include <simplicit/schedule/run_blocks.hpp>
#include <simplicit/solve/block_settings.hpp>

#include <vector>

namespace simplicit {

/// Estimated cost of a row over m samples and d features, in a unit of its own (some 25 microseconds):
///
///     m d / 200,000 + log(1 + |z - mean z|^2 / lambda) sqrt(1 + #{j : |phi_j^T (z - mean z)| > 100 lambda})
///
/// The first term is the certificate, products with all samples. In the second the logarithm tells how far
/// the path from the empty row to lambda is, which decides the number of factorisations; the count how many
/// features stay in reach at the end of it, which decides their size. A dead state costs the first term
/// alone. (docs/results.md, has how well this foretells the seconds.)
[[nodiscard]] double row_cost(Index samples, Index features, double centred_target_norm2, double lambda,
                              Index reachable_features);

/// The estimates of all rows (n + q) on root, empty elsewhere (collective; the same at any number of ranks).
/// `gram` is null in the data regime, where correlations are not known beforehand: the count is taken as 0
/// and a row's own lambda_max as |z - mean z|^2.
[[nodiscard]] std::vector<double> row_costs(const Communicator& ranks, const RowSamples& samples,
                                            const Gram* gram, const BlockSettings& settings);

/// Gives every block the cost of its rows; nothing when `costs` is empty.
void set_costs(std::vector<RowBlock>& blocks, const std::vector<double>& costs);

/// Gives every block the seconds it took before; one that is not among the records the average per row of
/// those that are. Nothing when there are none.
void set_costs_as_measured(std::vector<RowBlock>& blocks, const std::vector<BlockRecord>& records);

}  // namespace simplicit
