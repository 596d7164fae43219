#include "states/stored_rows.hpp"

#include <utility>

namespace simplicit {

StoredRows::StoredRows(std::string dataset, Index width, Index capacity, Precision precision)
    : dataset_(std::move(dataset)), width_(width) {
  const auto size = static_cast<std::size_t>(width * capacity);
  if (precision == Precision::float32) {
    numbers_ = std::vector<float>(size);
  } else {
    numbers_ = std::vector<double>(size);
  }
}

void StoredRows::put(Index first_row, Index first_column, double factor,
                     const Eigen::Ref<const Matrix>& values) {
  std::visit(
      [&](auto& numbers) {
        using T = typename std::decay_t<decltype(numbers)>::value_type;
        using Rows = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>, 0, Eigen::OuterStride<>>;
        Rows(numbers.data() + first_row * width_ + first_column, values.rows(), values.cols(),
             Eigen::OuterStride<>(width_)) = (factor * values).template cast<T>();
      },
      numbers_);
}

std::optional<NonFinite> StoredRows::first_non_finite(Index count) const {
  return std::visit(
      [&](const auto& numbers) { return simplicit::first_non_finite(numbers.data(), count, width_); },
      numbers_);
}

void StoredRows::write(hdf5::File& file, Index sample, Index count) const {
  std::visit([&](const auto& numbers) { file.write_slab(dataset_, sample, count, numbers.data()); },
             numbers_);
}

}  // namespace simplicit
