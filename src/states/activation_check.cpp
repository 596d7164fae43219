#include <simplicit/states/activation_check.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr Index most_samples_checked = 64;

/// Rounding of X and Z, and of phi as another program computes it.
double tolerance_of(const StatesHeader& header) {
  const hdf5::File file = hdf5::File::open(header.path);
  const bool single = file.dataset("X").bytes_per_value <= sizeof(float) ||
                      file.dataset("Z").bytes_per_value <= sizeof(float);
  return single ? 1e-5 : 1e-9;
}

}  // namespace

std::optional<std::string> activation_mismatch(const StatesHeader& header) {
  if (header.states == 0) return {};
  const double tolerance = tolerance_of(header);
  const SampleReader reader(header);
  const SampleReader::Parts states{.U = false, .X = true, .Z = true, .Y = false, .labels = false};
  const Index checked = std::min(header.samples, most_samples_checked);
  Index zeros = 0;
  bool negative = false;
  for (Index i = 0; i < checked; ++i) {
    const Index sample = i * (header.samples / checked);
    const SampleSlab slab = reader.read(sample, 1, states);
    for (Index entry = 0; entry < header.states; ++entry) {
      const double x = slab.X(entry, 0);
      const double z = slab.Z(entry, 0);
      zeros += z == 0 ? 1 : 0;
      negative = negative || z < 0;
      const double expected = apply(header.activation, z);
      if (std::abs(x - expected) <= tolerance * std::max(1.0, std::abs(expected))) continue;
      return fmt::format(
          "{}: X is not {}(Z): at sample {}, entry {} (both counted from 0) X holds {:.9g}, {}(Z) is {:.9g}",
          header.path, name_of(header.activation), sample, entry, x, name_of(header.activation), expected);
    }
  }
  // relu(Z) is Z again where Z has been through it already.
  if (header.activation == Activation::relu && !negative && zeros > 0) {
    return fmt::format(
        "{}: Z is never negative and 0 in {} of the {} entries looked at: it seems to be stored after the "
        "activation, states before it are expected",
        header.path, zeros, checked * header.states);
  }
  return std::nullopt;
}

void check_activation(const StatesHeader& header) {
  if (const auto mismatch = activation_mismatch(header)) spdlog::warn("{}", *mismatch);
}

}  // namespace simplicit
