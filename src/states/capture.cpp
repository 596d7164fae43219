#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/parallel/interruption.hpp>
#include <simplicit/states/capture.hpp>
#include <simplicit/states/state_scale.hpp>

#include <algorithm>
#include <optional>

namespace simplicit {
namespace {

/// Blocks a rank forwards between two collective writes.
constexpr Index blocks_a_round = 8;
constexpr Index samples_a_round = blocks_a_round * capture_block;

/// The columns of U, X, Z, Y for consecutive samples.
struct CapturedSamples {
  Matrix U, X, Z, Y;
};

/// The inputs as a reader of the file will see them.
Matrix stored_inputs(const Images& images, Index first, Index count, Precision precision) {
  const Matrix U = inputs_of(images, first, count);
  return precision == Precision::float32 ? Matrix(U.cast<float>().cast<double>()) : U;
}

CapturedSamples empty_samples(const Mlp& mlp, Index count) {
  const Index n = mlp.states();
  return {Matrix(mlp.inputs(), count), Matrix(n, count), Matrix(n, count), Matrix(mlp.outputs(), count)};
}

/// Forwards `count` <= capture_block samples from `first` of the images into the columns of `to` from
/// `column`.
void capture_one_block(const Mlp& mlp, const Vector& scale, const Images& images, Index first, Index count,
                       Precision precision, Index column, CapturedSamples& to) {
  Matrix U = Matrix::Zero(mlp.inputs(), capture_block);
  U.leftCols(count) = stored_inputs(images, first, count, precision);
  const ForwardPass pass = forward(mlp, U);
  to.U.middleCols(column, count) = U.leftCols(count);
  to.Y.middleCols(column, count) = pass.Y.leftCols(count);
  Index row = mlp.states();
  for (std::size_t k = 0; k < mlp.hidden_layers(); ++k) {
    const Index units = pass.X[k].rows();
    row -= units;
    const double factor = scale(row);
    to.Z.block(row, column, units, count) = factor * pass.Z[k].leftCols(count);
    to.X.block(row, column, units, count) = factor * pass.X[k].leftCols(count);
  }
}

/// Samples `round` of this rank, counted from the start of its share; empty when it has fewer rounds.
Range samples_of_round(const SampleShare& part, Index round) {
  const Index first = std::min(round * samples_a_round, part.samples.size());
  return {first, std::min(first + samples_a_round, part.samples.size())};
}

CapturedSamples capture_round(const Mlp& mlp, const Vector& scale, const SampleShare& part, Range samples,
                              Precision precision) {
  CapturedSamples captured = empty_samples(mlp, samples.size());
  for (Index first = samples.begin; first < samples.end; first += capture_block) {
    const Index count = std::min(capture_block, samples.end - first);
    capture_one_block(mlp, scale, part.images, first, count, precision, first - samples.begin, captured);
  }
  return captured;
}

Index count_correct(const Matrix& Y, const SampleShare& part, Range samples) {
  const std::vector<int> predicted = predictions(Y);
  Index correct = 0;
  for (Index j = 0; j < samples.size(); ++j) {
    if (predicted[static_cast<std::size_t>(j)] == part.labels[static_cast<std::size_t>(samples.begin + j)])
      ++correct;
  }
  return correct;
}

void write_attributes(hdf5::File& file, const Mlp& mlp, double kappa, const std::string& provenance) {
  file.set_attribute("/", "format", std::string("simplicit-states"));
  file.set_attribute("/", "format_version", std::int64_t{1});
  file.set_attribute("/", "activation", name_of(mlp.activation));
  file.set_attribute("/", "bias", std::int64_t{mlp.bias()});
  file.set_attribute("/", "baseline_parameters", std::int64_t{mlp.parameter_count()});
  file.set_attribute("/", "kappa", kappa);
  file.set_attribute("/", "provenance", provenance);
}

void create_sample_datasets(hdf5::File& file, const Mlp& mlp, Index samples, Precision precision) {
  file.create_dataset("U", {samples, mlp.inputs()}, precision);
  file.create_dataset("X", {samples, mlp.states()}, precision);
  file.create_dataset("Z", {samples, mlp.states()}, precision);
  file.create_dataset("Y", {samples, mlp.outputs()}, precision);
  file.create_integer_dataset("labels", {samples});
}

/// The datasets that describe the network; root's numbers.
void write_network(hdf5::File& file, const Communicator& ranks, const Mlp& mlp, const Vector& scale) {
  std::vector<std::int32_t> sizes;
  for (std::size_t k = mlp.hidden_layers(); k-- > 0;)
    sizes.push_back(static_cast<std::int32_t>(mlp.weights[k].rows()));
  const auto layers = static_cast<Index>(sizes.size());
  file.create_integer_dataset("layer_sizes", {layers});
  file.write_slab("layer_sizes", 0, ranks.is_root() ? layers : 0, sizes.data());
  file.create_dataset("state_scale", {scale.size()}, Precision::float64);
  file.write_slab("state_scale", 0, ranks.is_root() ? scale.size() : 0, scale.data());
  write_baseline_group(file, mlp, ranks.is_root());
}

void stop_if_interrupted(const Communicator& ranks) {
  if (interruption_requested(ranks) != Interruption::none) {
    throw Error(ExitCode::interrupted, "interrupted while capturing states; nothing was written");
  }
}

/// Forwards and writes all samples of all ranks; returns how many this rank's network got right.
Index write_samples(hdf5::File& file, const Communicator& ranks, const Mlp& mlp, const Vector& scale,
                    const SampleShare& part, Precision precision) {
  const Index rounds = ranks.max((part.samples.size() + samples_a_round - 1) / samples_a_round);
  Index correct = 0;
  for (Index round = 0; round < rounds; ++round) {
    stop_if_interrupted(ranks);
    const Range samples = samples_of_round(part, round);
    CapturedSamples captured;
    agree(ranks, [&] { captured = capture_round(mlp, scale, part, samples, precision); });
    const Index first = part.samples.begin + samples.begin;
    file.write_slab("U", first, samples.size(), captured.U.data());
    file.write_slab("X", first, samples.size(), captured.X.data());
    file.write_slab("Z", first, samples.size(), captured.Z.data());
    file.write_slab("Y", first, samples.size(), captured.Y.data());
    correct += count_correct(captured.Y, part, samples);
  }
  const std::vector<std::int32_t> labels(part.labels.begin(), part.labels.end());
  file.write_slab("labels", part.samples.begin, part.samples.size(), labels.data());
  return correct;
}

}  // namespace

CaptureSummary capture(const Communicator& ranks, const Mlp& mlp, const SampleShare& part,
                       const CaptureSettings& settings, const std::string& path) {
  CaptureSummary summary;
  summary.samples = part.total;
  summary.states = mlp.states();
  summary.layer_factors = layer_factors(mlp, settings.kappa);
  summary.norm_a_inf = scaled_norm_a_inf(mlp, std::vector<double>(mlp.hidden_layers(), 1.0));
  summary.scaled_norm_a_inf = scaled_norm_a_inf(mlp, summary.layer_factors);
  const Vector scale = state_scale(mlp, summary.layer_factors);

  std::optional<hdf5::TemporaryOutput> output;
  on_root(ranks, [&] { output.emplace(path); });
  std::string temporary = ranks.is_root() ? output->temporary_path() : "";
  std::string provenance = ranks.is_root() ? settings.provenance.dump() : "";
  ranks.broadcast(temporary);
  ranks.broadcast(provenance);

  hdf5::File file = hdf5::File::create_collective(temporary, ranks);
  agree(ranks, [&] {
    write_attributes(file, mlp, settings.kappa, provenance);
    create_sample_datasets(file, mlp, part.total, settings.precision);
  });
  write_network(file, ranks, mlp, scale);
  const std::int64_t correct = ranks.sum(write_samples(file, ranks, mlp, scale, part, settings.precision));
  file.close();
  on_root(ranks, [&] { output->commit(); });
  summary.baseline_accuracy = static_cast<double>(correct) / static_cast<double>(part.total);
  return summary;
}

}  // namespace simplicit
