#include <simplicit/base/error.hpp>
#include <simplicit/infer/own_blocks.hpp>
#include <simplicit/robustness/robust_table.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

namespace simplicit {
namespace {

// How the inputs were made from pixels, one number per channel; empty: they are the pixels.
struct Normalisation {
  std::vector<double> mean, deviation;
};

std::vector<double> positive_numbers(const nlohmann::json& settings, const char* key) {
  const auto found = settings.find(key);
  if (found == settings.end() || !found->is_array()) return {};
  std::vector<double> numbers;
  for (const nlohmann::json& number : *found) {
    if (!number.is_number()) return {};
    numbers.push_back(number.get<double>());
  }
  return numbers;
}

Normalisation normalisation_in(const StatesHeader& header) {
  const hdf5::File file = hdf5::File::open(header.path);
  if (!file.has_attribute("/", "provenance")) return {};
  const nlohmann::json record = nlohmann::json::parse(file.text_attribute("/", "provenance"), nullptr, false);
  if (!record.is_object()) return {};
  const auto settings = record.find("settings");
  if (settings == record.end() || !settings->is_object()) return {};
  Normalisation found{positive_numbers(*settings, "mean"), positive_numbers(*settings, "std")};
  const auto channels = std::ssize(found.deviation);
  bool usable = channels > 0 && std::ssize(found.mean) == channels && header.inputs % channels == 0;
  for (const double deviation : found.deviation) usable = usable && deviation > 0 && std::isfinite(deviation);
  return usable ? found : Normalisation{};
}

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
    const Normalisation found = normalisation_in(header);
    const auto channels = std::ssize(found.deviation);
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
