#include <simplicit/states/finite.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

/// Counts instead of stopping at the first, so that the loop is vectorised.
template <class T>
bool all_finite(const T* values, Index count) {
  Index bad = 0;
  for (Index i = 0; i < count; ++i) bad += !std::isfinite(values[i]);
  return bad == 0;
}

}  // namespace

template <class T>
std::optional<NonFinite> first_non_finite(const T* values, Index samples, Index width) {
  constexpr Index block = 4096;
  const Index count = samples * width;
  for (Index first = 0; first < count; first += block) {
    if (all_finite(values + first, std::min(block, count - first))) continue;
    Index i = first;
    while (std::isfinite(values[i])) ++i;
    return NonFinite{i / width, i % width, static_cast<double>(values[i])};
  }
  return std::nullopt;
}

template std::optional<NonFinite> first_non_finite(const float*, Index, Index);
template std::optional<NonFinite> first_non_finite(const double*, Index, Index);

std::string non_finite_text(const std::string& path, const std::string& dataset, const NonFinite& place) {
  const char* const value = std::isnan(place.value) ? "nan" : place.value > 0 ? "infinity" : "-infinity";
  return path + ": dataset '" + dataset + "' holds " + value + " at sample " + std::to_string(place.sample) +
         ", entry " + std::to_string(place.entry) + " (both counted from 0)";
}

}  // namespace simplicit
