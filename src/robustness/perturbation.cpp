#include <simplicit/base/error.hpp>
#include <simplicit/infer/own_blocks.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/robustness/robust_table.hpp>

#include <cmath>
#include <string>

namespace simplicit {
namespace {

bool all_in(const Communicator& ranks, const StatesHeader& header, const Vector& lower, const Vector& upper) {
  bool inside = true;
  agree(ranks, [&] {
    std::optional<SampleReader> reader;
    for_each_own_block(ranks, header.samples, [&](Index first, Index count) {
      if (!reader) reader.emplace(header);
      const SampleSlab slab =
          reader->read(first, count, {.X = false, .Z = false, .Y = false, .labels = false});
      inside = inside && ((slab.U.colwise() - lower).array() >= 0).all() &&
               ((slab.U.colwise() - upper).array() <= 0).all();
    });
  });
  return ranks.min(std::int64_t{inside}) == 1;
}

// Inputs stored in single precision may have left their range by rounding.
constexpr double storage_error = 0x1p-22;

}  // namespace

Perturbation perturbation_of(const Communicator& ranks, const StatesHeader& header,
                             const std::optional<std::pair<double, double>>& range) {
  Perturbation perturbation = plain_perturbation(header.inputs);
  Vector mean = Vector::Zero(header.inputs);
  on_root(ranks, [&] {
    const InputNormalization found = read_input_normalization(header.path);
    const auto channels = std::ssize(found.deviation);
    if (channels > 0 && header.inputs % channels != 0) {
      throw InputError(header.path + ": dataset 'input_std' has " + std::to_string(channels) +
                       " channels, U has " + std::to_string(header.inputs) + " columns");
    }
    for (Index channel = 0; channel < channels; ++channel) {
      const Index size = header.inputs / channels;
      const auto k = static_cast<std::size_t>(channel);
      perturbation.half_width.segment(channel * size, size).setConstant(1 / found.deviation[k]);
      mean.segment(channel * size, size).setConstant(found.mean[k]);
    }
  });
  ranks.broadcast(std::span<double>(perturbation.half_width.data(), static_cast<std::size_t>(header.inputs)));
  ranks.broadcast(std::span<double>(mean.data(), static_cast<std::size_t>(header.inputs)));
  const std::pair<double, double> pixels = range.value_or(std::pair{0.0, 1.0});
  Vector lower = (pixels.first - mean.array()) * perturbation.half_width.array();
  Vector upper = (pixels.second - mean.array()) * perturbation.half_width.array();
  if ((mean.array() != 0).any() || (perturbation.half_width.array() != 1).any()) {
    const Vector slack = storage_error * lower.cwiseAbs().cwiseMax(upper.cwiseAbs());
    lower -= slack;
    upper += slack;
  }
  const bool inside = all_in(ranks, header, lower, upper);
  if (range && !inside) {
    throw InputError(header.path + ": dataset 'U' has inputs outside the range that --input-range names");
  }
  if (inside) perturbation.range = InputRange{std::move(lower), std::move(upper)};
  return perturbation;
}

}  // namespace simplicit
