#include <simplicit/linalg/stored_matrix.hpp>

#include <catch2/catch.hpp>

#include <vector>

using namespace simplicit;

namespace {

constexpr Index rows = 5;
constexpr Index cols = 4;
constexpr Index leading_dimension = 8;

double value_at(Index row, Index col) {
  return static_cast<double>(10 * row + col) + 0.5;
}

/// A rows x cols matrix whose padding holds numbers that must never be seen.
template <class T>
std::vector<T> stored_numbers() {
  std::vector<T> numbers(static_cast<std::size_t>(leading_dimension * cols), T{-1});
  for (Index col = 0; col < cols; ++col) {
    for (Index row = 0; row < rows; ++row) {
      numbers[static_cast<std::size_t>(col * leading_dimension + row)] = static_cast<T>(value_at(row, col));
    }
  }
  return numbers;
}

void check_every_block(const StoredMatrix& matrix) {
  constexpr double untouched = -7;
  for (Index row = 0; row <= rows; ++row) {
    for (Index col = 0; col <= cols; ++col) {
      for (Index height = 0; height <= rows - row; ++height) {
        for (Index width = 0; width <= cols - col; ++width) {
          const Index out_leading_dimension = height + 2;
          std::vector<double> out(static_cast<std::size_t>(out_leading_dimension * (width + 1)), untouched);
          copy_block(matrix, row, col, height, width, out.data(), out_leading_dimension);
          for (Index c = 0; c <= width; ++c) {
            for (Index r = 0; r < out_leading_dimension; ++r) {
              const bool inside = r < height && c < width;
              CHECK(out[static_cast<std::size_t>(c * out_leading_dimension + r)] ==
                    (inside ? value_at(row + r, col + c) : untouched));
            }
          }
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("every block of a float64 matrix is copied") {
  const auto numbers = stored_numbers<double>();
  check_every_block({numbers.data(), Precision::float64, rows, cols, leading_dimension});
}

TEST_CASE("every block of a float32 matrix is copied in double precision") {
  const auto numbers = stored_numbers<float>();
  check_every_block({numbers.data(), Precision::float32, rows, cols, leading_dimension});
}
