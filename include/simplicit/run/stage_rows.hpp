#pragma once

#include <simplicit/solve/row_result.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace simplicit {

/// What the features of one row are worth; see refine/support_prices.hpp.
struct RowPrices {
  Index row = 0;
  std::vector<int> columns;    ///< of Phi, ascending
  std::vector<double> prices;  ///< same length
};

/// What a stage of a run finds for the rows of a block: weights with their certificates, or prices.
using StageRows = std::variant<std::vector<RowResult>, std::vector<RowPrices>>;

/// As bytes, and back; throws SystemError when they are no such rows.
[[nodiscard]] std::string packed_rows(const StageRows& rows);
[[nodiscard]] StageRows unpacked_rows(const std::string& bytes);

/// The rows, in the order in which they are stored.
[[nodiscard]] std::vector<Index> rows_in(const StageRows& rows);

/// What rows of a run must satisfy, whoever solved them.
struct RowLimits {
  Index states = 0;             ///< n, of [A B]
  Index features = 0;           ///< of Phi
  std::optional<double> kappa;  ///< of the ball that rows of [A B] lie in
};
/// What makes the first impossible row so, with its number: a checksum tells that nothing has changed, not
/// that it was right. Empty when there is nothing.
[[nodiscard]] std::string fault_of(const StageRows& rows, const RowLimits& limits);

}  // namespace simplicit
