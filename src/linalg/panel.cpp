#include <simplicit/linalg/panel.hpp>

namespace simplicit {

Panel::Panel(const StoredMatrix& matrix, Index most_rows) : matrix_(matrix) {
  if (matrix.in_place()) {
    leading_dimension_ = matrix.leading_dimension;
  } else {
    leading_dimension_ = most_rows;
    copy_.resize(static_cast<std::size_t>(most_rows * matrix.cols));
    numbers_ = copy_.data();
  }
}

void Panel::move_to(Index first, Index rows) {
  first_ = first;
  rows_ = rows;
  if (matrix_.in_place()) numbers_ = matrix_.float64() + first;
}

void Panel::load(Index col, Index cols) {
  if (matrix_.in_place()) return;
  copy_block(matrix_, first_, col, rows_, cols, copy_.data() + col * leading_dimension_, leading_dimension_);
}

void Panel::load_all(Index first, Index rows) {
  move_to(first, rows);
  load(0, matrix_.cols);
}

}  // namespace simplicit
