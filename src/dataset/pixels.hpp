#pragma once

#include <simplicit/dataset/dataset.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace simplicit {

/// Appends whole numbers to the pixels; throws InputError that begins with `source` and names the place of
/// one that is not between 0 and 255.
template <class Number>
void append_pixels(std::span<const Number> numbers, const std::string& source, Images& images);
extern template void append_pixels(std::span<const std::int32_t>, const std::string&, Images&);
extern template void append_pixels(std::span<const std::int64_t>, const std::string&, Images&);

/// Throws InputError that begins with `source` unless every value is finite; warns when one lies outside
/// [0, 1].
void check_values(const Images& images, const std::string& source);

}  // namespace simplicit
