#include "dataset/pixels.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

[[noreturn]] void refuse_entry(const std::string& source, const std::string& what, Index entry,
                               Index features) {
  throw InputError(fmt::format("{} holds {} at sample {}, entry {} (counted from 0)", source, what,
                               entry / features, entry % features));
}

}  // namespace

template <class Number>
void append_pixels(std::span<const Number> numbers, const std::string& source, Images& images) {
  for (const Number number : numbers) {
    if (number < 0 || number > 255) {
      refuse_entry(source, fmt::format("{}, integer images hold 0 to 255,", number),
                   std::ssize(images.pixels), images.features);
    }
    images.pixels.push_back(static_cast<std::uint8_t>(number));
  }
}

template void append_pixels(std::span<const std::int32_t>, const std::string&, Images&);
template void append_pixels(std::span<const std::int64_t>, const std::string&, Images&);

void check_values(const Images& images, const std::string& source) {
  const auto bad = std::ranges::find_if(images.values, [](float value) { return !std::isfinite(value); });
  if (bad != images.values.end()) {
    refuse_entry(source, fmt::format("{}", *bad), bad - images.values.begin(), images.features);
  }
  const auto [least, most] = std::ranges::minmax(images.values);
  if (least >= 0 && most <= 1) return;
  spdlog::warn(
      "{} holds numbers from {:.6g} to {:.6g}; inputs are expected in [0, 1], the unit of every epsilon: "
      "store bytes or divide by 255, and let capture apply --mean and --std",
      source, least, most);
}

}  // namespace simplicit
