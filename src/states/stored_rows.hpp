#pragma once

#include <simplicit/hdf5/file.hpp>
#include <simplicit/states/finite.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace simplicit {

/// Rows of one dataset of a states file, a row per sample, in the precision of the file. Kept from one round
/// of samples to the next: fresh memory would cost more than the arithmetic on it.
class StoredRows {
 public:
  /// Room for `capacity` rows of `width` numbers.
  StoredRows(std::string dataset, Index width, Index capacity, Precision precision);

  /// Rounds factor * values (columns x samples) into the rows from `first_row`, from `first_column` on.
  void put(Index first_row, Index first_column, double factor, const Eigen::Ref<const Matrix>& values);
  /// Writes the first `count` rows as the samples from `sample` on (collective).
  void write(hdf5::File& file, Index sample, Index count) const;

  /// The first NaN or infinity of the first `count` rows.
  [[nodiscard]] std::optional<NonFinite> first_non_finite(Index count) const;
  [[nodiscard]] const std::string& dataset() const { return dataset_; }

  [[nodiscard]] Index width() const { return width_; }

 private:
  std::string dataset_;
  Index width_;
  std::variant<std::vector<float>, std::vector<double>> numbers_;
};

}  // namespace simplicit
