#include "dataset/labels.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

namespace simplicit {
namespace {

constexpr Index columns_of_qmnist = 8;

/// Entry `column` of every row as a class.
template <class Number>
std::vector<int> classes_in(const std::vector<Number>& values, Index columns, Index column,
                            const std::string& source) {
  std::vector<int> labels;
  for (Index at = column; at < std::ssize(values); at += columns) {
    const auto value = static_cast<double>(values[static_cast<std::size_t>(at)]);
    const bool is_class = value >= 0 && value < std::numeric_limits<int>::max() && value == std::floor(value);
    if (!is_class) {
      throw InputError(
          fmt::format("{} holds {} at sample {}, classes from 0 are expected", source, value, at / columns));
    }
    labels.push_back(static_cast<int>(value));
  }
  return labels;
}

/// Where the one stands in every row; nothing unless every row holds a single one and zeros elsewhere.
template <class Number>
std::optional<std::vector<int>> one_hot_classes(const std::vector<Number>& values, Index columns) {
  std::vector<int> labels;
  for (Index first = 0; first < std::ssize(values); first += columns) {
    const std::span row(values.data() + first, static_cast<std::size_t>(columns));
    const bool one_hot =
        std::ranges::count(row, Number{1}) == 1 && std::ranges::count(row, Number{0}) == columns - 1;
    if (!one_hot) return std::nullopt;
    labels.push_back(static_cast<int>(std::ranges::find(row, Number{1}) - row.begin()));
  }
  return labels;
}

}  // namespace

template <class Number>
std::vector<int> labels_of(const std::vector<Number>& values, const std::vector<Index>& shape,
                           const std::string& source) {
  if (shape.size() == 1) return classes_in(values, 1, 0, source);
  if (shape.size() == 2) {
    const Index columns = shape[1];
    if (columns == 1) return classes_in(values, 1, 0, source);
    if (std::optional<std::vector<int>> classes = one_hot_classes(values, columns)) return *classes;
    if (columns == columns_of_qmnist) return classes_in(values, columns, 0, source);
  }
  throw InputError(fmt::format(
      "{} has shape ({}), labels are one class a sample, (samples), or one-hot, (samples, classes)", source,
      fmt::join(shape, ", ")));
}
template std::vector<int> labels_of(const std::vector<std::uint8_t>&, const std::vector<Index>&,
                                    const std::string&);
template std::vector<int> labels_of(const std::vector<std::int32_t>&, const std::vector<Index>&,
                                    const std::string&);
template std::vector<int> labels_of(const std::vector<std::int64_t>&, const std::vector<Index>&,
                                    const std::string&);
template std::vector<int> labels_of(const std::vector<float>&, const std::vector<Index>&, const std::string&);
template std::vector<int> labels_of(const std::vector<double>&, const std::vector<Index>&,
                                    const std::string&);

}  // namespace simplicit
