#include "shared/exact_sum.hpp"

#include <simplicit/parallel/reductions.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// 2^30 for rows and 2^31 for columns leave the sum below 2^61.
std::vector<double> units_of(std::span<const double> bounds, int bits) {
  std::vector<double> units;
  for (const double bound : bounds) {
    int exponent = 0;
    std::frexp(bound > 0 ? bound : 1, &exponent);  // bound <= 2^exponent
    units.push_back(std::ldexp(1.0, bits - exponent));
  }
  return units;
}

}  // namespace

ExactSum::ExactSum(std::span<const double> row_bounds, std::span<const double> column_bounds, bool upper)
    : row_units_(units_of(row_bounds, 30)),
      column_units_(units_of(column_bounds, 31)),
      sums_(row_bounds.size() * column_bounds.size(), 0),
      upper_(upper) {}

void ExactSum::add(const double* block, Index leading_dimension) {
  const auto rows = std::ssize(row_units_);
  for (Index j = 0; j < std::ssize(column_units_); ++j) {
    const double unit = column_units_[static_cast<std::size_t>(j)];
    const double* column = block + j * leading_dimension;
    std::int64_t* sum = sums_.data() + j * rows;
    const Index end = upper_ ? std::min(rows, j + 1) : rows;
    for (Index i = 0; i < end; ++i) {
      sum[i] += std::llrint(column[i] * unit * row_units_[static_cast<std::size_t>(i)]);
    }
  }
}

Matrix ExactSum::total(const Communicator& ranks) {
  sum_over_ranks(ranks, sums_);
  const auto rows = std::ssize(row_units_);
  Matrix result(rows, std::ssize(column_units_));
  for (Index j = 0; j < result.cols(); ++j) {
    const double unit = column_units_[static_cast<std::size_t>(j)];
    const Index end = upper_ ? std::min(rows, j + 1) : rows;
    for (Index i = 0; i < end; ++i) {
      const double value = static_cast<double>(sums_[static_cast<std::size_t>(j * rows + i)]) /
                           (unit * row_units_[static_cast<std::size_t>(i)]);
      result(i, j) = value;
      if (upper_) result(j, i) = value;
    }
  }
  return result;
}

}  // namespace simplicit
