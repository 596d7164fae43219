#include <simplicit/parallel/values.hpp>
#include <simplicit/run/stage_rows.hpp>
#include <simplicit/solve/row_result_archive.hpp>

#include <cmath>
#include <span>

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, simplicit::RowPrices& prices, unsigned /*version*/) {
  archive& prices.row;
  simplicit::archive_list(archive, prices.columns);
  simplicit::archive_list(archive, prices.prices);
}

}  // namespace boost::serialization

namespace simplicit {
namespace {

/// Which of the two, and the list.
struct Archived {
  StageRows rows;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    std::size_t kind = rows.index();
    archive& kind;
    if constexpr (Archive::is_loading::value) {
      if (kind > 1) throw SystemError("rows of an unknown kind");
      if (kind == 1) rows = std::vector<RowPrices>{};
    }
    std::visit([&](auto& list) { archive_list(archive, list); }, rows);
  }
};

std::string fault_of_list(const std::vector<int>& columns, std::span<const double> values, Index features) {
  if (columns.size() != values.size()) return "has another number of columns than of values";
  int previous = -1;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] <= previous || columns[k] >= features) return "has columns out of order or out of range";
    if (!std::isfinite(values[k])) return "has a weight that is not finite";
    previous = columns[k];
  }
  return "";
}

double norm_on_states(const RowResult& row, Index states) {
  double norm = 0;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < states; ++k) {
    norm += std::abs(row.values[k]);
  }
  return norm;
}

std::string fault_of_row(const RowPrices& row, const RowLimits& limits) {
  return fault_of_list(row.columns, row.prices, limits.features);
}

std::string fault_of_row(const RowResult& row, const RowLimits& limits) {
  const std::string fault = fault_of_list(row.columns, row.values, limits.features);
  if (!fault.empty()) return fault;
  for (const double figure : {row.primal, row.dual, row.relative_gap, row.relative_residual, row.seconds}) {
    if (!std::isfinite(figure)) return "has a number that is not finite";
  }
  const int status = static_cast<int>(row.status);
  if (status < 0 || status > static_cast<int>(last_row_status)) return "has an unknown status";
  if (row.iterations < 0 || row.rounds < 0 || row.seconds < 0) return "has a negative count";
  constexpr double rounding = 1e-9;
  const bool bounded = limits.kappa && row.row < limits.states;
  if (bounded && !(norm_on_states(row, limits.states) <= *limits.kappa * (1 + rounding))) {
    return "lies outside the ball";
  }
  return "";
}

}  // namespace

std::string packed_rows(const StageRows& rows) {
  return packed(Archived{rows});
}

StageRows unpacked_rows(const std::string& bytes) {
  return unpacked<Archived>(bytes).rows;
}

std::vector<Index> rows_in(const StageRows& rows) {
  std::vector<Index> numbers;
  std::visit(
      [&](const auto& list) {
        for (const auto& row : list) numbers.push_back(row.row);
      },
      rows);
  return numbers;
}

std::string fault_of(const StageRows& rows, const RowLimits& limits) {
  return std::visit(
      [&](const auto& list) -> std::string {
        for (const auto& row : list) {
          const std::string fault = fault_of_row(row, limits);
          if (!fault.empty()) return "row " + std::to_string(row.row) + " " + fault;
        }
        return "";
      },
      rows);
}

}  // namespace simplicit
