#pragma once

#include <simplicit/base/types.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace simplicit {

/// The class of every sample from an array of labels as people store it, of shape (m), (m, 1), or one-hot
/// (m, classes) with a single one in every row and zeros elsewhere; of (m, 8) that is not one-hot the first
/// column, where QMNIST keeps the class (Yadav, Bottou, "Cold case: the lost MNIST digits", 2019).
/// `values` are the numbers, last axis fastest. Throws InputError that begins with `source` for other shapes
/// and for classes that are not whole numbers from 0.
template <class Number>
[[nodiscard]] std::vector<int> labels_of(const std::vector<Number>& values, const std::vector<Index>& shape,
                                         const std::string& source);
extern template std::vector<int> labels_of(const std::vector<std::uint8_t>&, const std::vector<Index>&,
                                           const std::string&);
extern template std::vector<int> labels_of(const std::vector<std::int32_t>&, const std::vector<Index>&,
                                           const std::string&);
extern template std::vector<int> labels_of(const std::vector<std::int64_t>&, const std::vector<Index>&,
                                           const std::string&);
extern template std::vector<int> labels_of(const std::vector<float>&, const std::vector<Index>&,
                                           const std::string&);
extern template std::vector<int> labels_of(const std::vector<double>&, const std::vector<Index>&,
                                           const std::string&);

}  // namespace simplicit
