#pragma once

#include <simplicit/linalg/stored_matrix.hpp>

#include <vector>

namespace simplicit {

/// Some consecutive samples (rows) of a stored matrix (samples x columns) in double precision, as matrix
/// products want them: a view where the stored numbers are doubles without a shift, a copy otherwise.
class Panel {
 public:
  /// At most `most_rows` samples at a time.
  Panel(const StoredMatrix& matrix, Index most_rows);

  /// Moves to samples first .. first + rows - 1; no column may be read before it is loaded there.
  void move_to(Index first, Index rows);
  /// Makes columns col .. col + cols - 1 readable.
  void load(Index col, Index cols);
  /// Moves there and loads all columns.
  void load_all(Index first, Index rows);

  /// The samples of column j, contiguous.
  [[nodiscard]] const double* column(Index j) const { return numbers_ + j * leading_dimension_; }
  [[nodiscard]] Index leading_dimension() const { return leading_dimension_; }

 private:
  StoredMatrix matrix_;
  std::vector<double> copy_;
  const double* numbers_ = nullptr;
  Index leading_dimension_ = 0;
  Index first_ = 0;
  Index rows_ = 0;
};

}  // namespace simplicit
