#include "model/csr_group.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/model/input_normalization.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace simplicit {
namespace {

constexpr const char* mean_name = "input_mean";
constexpr const char* deviation_name = "input_std";
constexpr double same = 1e-6;

std::vector<double> read_channels(const hdf5::File& file, const std::string& name, Index channels) {
  require_list(file, name, hdf5::Kind::floating, channels);
  return file.read_doubles(name);
}

bool near(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) {
    return std::abs(x - y) <= same * std::max(1.0, std::max(std::abs(x), std::abs(y)));
  });
}

}  // namespace

InputNormalization read_input_normalization(const hdf5::File& file) {
  if (!file.has(mean_name) && !file.has(deviation_name)) return {};
  const std::vector<Index> shape = file.dataset(mean_name).shape;
  const Index channels = shape.empty() ? 0 : shape.front();
  InputNormalization normalization{read_channels(file, mean_name, channels),
                                   read_channels(file, deviation_name, channels)};
  const bool usable =
      std::ranges::all_of(normalization.mean, [](double m) { return std::isfinite(m); }) &&
      std::ranges::all_of(normalization.deviation, [](double s) { return s > 0 && std::isfinite(s); });
  if (!usable || channels == 0) {
    throw InputError(file.path() + ": 'input_mean' must hold finite numbers and 'input_std' positive ones");
  }
  return normalization;
}

InputNormalization read_input_normalization(const std::string& path) {
  return read_input_normalization(hdf5::File::open(path));
}

void write_input_normalization(hdf5::File& file, const InputNormalization& normalization) {
  if (!normalization.known()) return;
  const std::vector<Index> shape{std::ssize(normalization.mean)};
  file.write(mean_name, normalization.mean, shape);
  file.write(deviation_name, normalization.deviation, shape);
}

void broadcast(InputNormalization& normalization, const Communicator& ranks) {
  std::size_t channels = normalization.mean.size();
  ranks.broadcast(channels);
  for (std::vector<double>* numbers : {&normalization.mean, &normalization.deviation}) {
    numbers->resize(channels);
    ranks.broadcast(std::span<double>(*numbers));
  }
}

void require_same_normalization(const InputNormalization& of_model, const std::string& model_path,
                                const InputNormalization& of_samples, const std::string& samples_path) {
  if (!of_model.known() || !of_samples.known()) return;
  if (near(of_model.mean, of_samples.mean) && near(of_model.deviation, of_samples.deviation)) return;
  throw InputError(samples_path + ": its inputs were normalised by " + text_of(of_samples) + ", those of " +
                   model_path + " by " + text_of(of_model) +
                   "; capture it again with --mean and --std of the model");
}

void normalize(const InputNormalization& normalization, const std::string& model_path, Matrix& U) {
  const auto channels = static_cast<Index>(normalization.mean.size());
  if (channels == 0) return;
  if (U.rows() % channels != 0) {
    throw InputError(model_path + ": normalises " + std::to_string(channels) + " channels, which " +
                     std::to_string(U.rows()) + " inputs are not a multiple of");
  }
  const Index size = U.rows() / channels;
  for (Index channel = 0; channel < channels; ++channel) {
    const auto k = static_cast<std::size_t>(channel);
    auto rows = U.middleRows(channel * size, size);
    rows = ((rows.array() - normalization.mean[k]) / normalization.deviation[k]).matrix();
  }
}

std::string text_of(const InputNormalization& normalization) {
  return fmt::format("(value - mean) / std with mean {:.6g} and std {:.6g}",
                     fmt::join(normalization.mean, ", "), fmt::join(normalization.deviation, ", "));
}

}  // namespace simplicit
