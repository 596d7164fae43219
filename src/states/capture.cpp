#include "states/state_scale.hpp"
#include "states/stored_rows.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/states/capture.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <algorithm>
#include <numeric>
#include <optional>

namespace simplicit {
namespace {

std::size_t bytes_of_sample(const CapturedNetwork& network, Precision precision) {
  const Index numbers = 2 * network.states() + network.inputs + network.outputs;
  return static_cast<std::size_t>(numbers) * bytes_of(precision);
}

/// Samples a rank forwards between two collective writes: whole blocks, eight at most, of about 64 MiB.
Index samples_a_round(const CapturedNetwork& network) {
  constexpr Index numbers_at_once = Index{1} << 23;
  constexpr Index most_blocks = 8;
  const Index numbers = network.block * (2 * network.states() + network.inputs + network.outputs);
  return std::clamp<Index>(numbers_at_once / numbers, 1, most_blocks) * network.block;
}

/// U, X, Z, Y of the samples of one round.
struct RoundRows {
  RoundRows(const CapturedNetwork& network, Precision precision, Index samples)
      : U("U", network.inputs, samples, precision),
        X("X", network.states(), samples, precision),
        Z("Z", network.states(), samples, precision),
        Y("Y", network.outputs, samples, precision) {}
  StoredRows U, X, Z, Y;
};

/// The inputs as a reader of the file will see them.
Matrix stored_inputs(const CapturedInputs& inputs, Index first, Index count, Precision precision) {
  Matrix U = inputs.read(first, count);
  if (precision == Precision::float32) U = U.cast<float>().cast<double>().eval();
  return U;
}

/// The state from which each layer begins: the last layer comes first.
std::vector<Index> first_states(const CapturedNetwork& network) {
  std::vector<Index> first;
  Index end = network.states();
  for (const Index units : network.units) first.push_back(end -= units);
  return first;
}

Index count_correct(const Matrix& Y, const CapturedInputs& inputs, Range samples) {
  if (!inputs.labelled) return 0;
  const std::vector<int> predicted = predictions(Y);
  Index correct = 0;
  for (Index j = 0; j < samples.size(); ++j) {
    const int label = inputs.labels[static_cast<std::size_t>(samples.begin + j)];
    if (predicted[static_cast<std::size_t>(j)] == label) ++correct;
  }
  return correct;
}

/// Forwards the samples of one block, at most block many, into the rows from `row`; how many are right.
Index capture_one_block(const CapturedNetwork& network, const CapturedInputs& inputs, Range samples,
                        Precision precision, Index row, RoundRows& to) {
  const Index count = samples.size();
  Matrix U = Matrix::Zero(network.inputs, network.block);
  U.leftCols(count) = stored_inputs(inputs, samples.begin, count, precision);
  const std::vector<Index> first = first_states(network);
  const Matrix Y = network.forward(U, [&](std::size_t layer, Index sample, const Matrix& Z, const Matrix& X) {
    const Index wanted =
        std::clamp<Index>(count - sample, 0, Z.cols());  // the padding of a short block is not
    to.Z.put(row + sample, first[layer], network.factors[layer], Z.leftCols(wanted));
    to.X.put(row + sample, first[layer], network.factors[layer], X.leftCols(wanted));
  });
  to.U.put(row, 0, 1, U.leftCols(count));
  to.Y.put(row, 0, 1, Y.leftCols(count));
  return count_correct(Y.leftCols(count), inputs, samples);
}

/// Samples of a round of this rank, counted from the start of its share; empty when it has fewer rounds.
Range samples_of_round(const CapturedInputs& inputs, Index round, Index samples) {
  const Index first = std::min(round * samples, inputs.samples.size());
  return {first, std::min(first + samples, inputs.samples.size())};
}

Index capture_round(const CapturedNetwork& network, const CapturedInputs& inputs, Range samples,
                    Precision precision, RoundRows& to) {
  Index correct = 0;
  for (Index first = samples.begin; first < samples.end; first += network.block) {
    const Range block{first, std::min(first + network.block, samples.end)};
    correct += capture_one_block(network, inputs, block, precision, first - samples.begin, to);
  }
  return correct;
}

void write_attributes(hdf5::File& file, const CapturedNetwork& network, double kappa,
                      const std::string& provenance) {
  file.set_attribute("/", "format", std::string("simplicit-states"));
  file.set_attribute("/", "format_version", std::int64_t{1});
  hdf5::set_activation(file, network.activation);
  file.set_attribute("/", "bias", std::int64_t{network.bias});
  file.set_attribute("/", "baseline_parameters", std::int64_t{network.parameters});
  if (network.connections) {
    file.set_attribute("/", "baseline_connections", std::int64_t{*network.connections});
  }
  if (network.states() > 0) file.set_attribute("/", "kappa", kappa);
  file.set_attribute("/", "provenance", provenance);
}

void create_sample_datasets(hdf5::File& file, const CapturedNetwork& network, const CapturedInputs& inputs,
                            Precision precision) {
  file.create_dataset("U", {inputs.total, network.inputs}, precision);
  if (network.states() > 0) {
    file.create_dataset("X", {inputs.total, network.states()}, precision);
    file.create_dataset("Z", {inputs.total, network.states()}, precision);
  }
  file.create_dataset("Y", {inputs.total, network.outputs}, precision);
  if (inputs.labelled) file.create_integer_dataset("labels", {inputs.total});
}

/// The datasets that describe network and inputs.
void write_description(hdf5::File& file, const CapturedNetwork& network, const CapturedInputs& inputs) {
  std::vector<std::int32_t> sizes;
  std::vector<double> scale;
  for (std::size_t k = network.units.size(); k-- > 0;) {
    sizes.push_back(static_cast<std::int32_t>(network.units[k]));
    scale.insert(scale.end(), static_cast<std::size_t>(network.units[k]), network.factors[k]);
  }
  if (!sizes.empty()) {
    file.write("layer_sizes", sizes);
    file.write("state_scale", scale, {network.states()});
  }
  if (!network.onnx.empty()) file.write_bytes("network", network.onnx);
  if (!inputs.mean.empty()) {
    const auto channels = static_cast<Index>(inputs.mean.size());
    file.write("input_mean", inputs.mean, {channels});
    file.write("input_std", inputs.deviation, {channels});
  }
  if (network.mlp != nullptr) write_baseline_group(file, *network.mlp);
}

/// States that are no numbers would end every training on them; `first` is the sample of the first row.
void require_finite(const RoundRows& rows, Index first, Index count, Precision precision) {
  for (const StoredRows* part : {&rows.U, &rows.Z, &rows.X, &rows.Y}) {
    std::optional<NonFinite> bad = part->first_non_finite(count);
    if (!bad) continue;
    bad->sample += first;
    throw InputError(
        non_finite_text("nothing is captured", part->dataset(), *bad) +
        ": the network's numbers grow beyond " +
        (precision == Precision::float32 ? "float32; --precision float64 reaches further" : "float64") +
        ", or its weights are not finite");
  }
}

void stop_if_interrupted(const Communicator& ranks) {
  if (interruption_requested(ranks) != Interruption::none) {
    throw Error(ExitCode::interrupted, "interrupted while capturing states; nothing was written");
  }
}

/// Forwards and writes all samples of all ranks; returns how many this rank's network got right. Calls
/// `after_round` on all ranks with the samples of all that are written.
Index write_samples(hdf5::File& file, const Communicator& ranks, const CapturedNetwork& network,
                    const CapturedInputs& inputs, Precision precision,
                    const std::function<void(Index)>& after_round) {
  const Index at_once = samples_a_round(network);
  const Index rounds = ranks.max((inputs.samples.size() + at_once - 1) / at_once);
  std::optional<RoundRows> rows;
  agree(ranks, [&] { rows.emplace(network, precision, std::min(at_once, inputs.samples.size())); });
  Index correct = 0;
  for (Index round = 0; round < rounds; ++round) {
    stop_if_interrupted(ranks);
    const Range samples = samples_of_round(inputs, round, at_once);
    const Index first = inputs.samples.begin + samples.begin;
    agree(ranks, [&] {
      correct += capture_round(network, inputs, samples, precision, *rows);
      require_finite(*rows, first, samples.size(), precision);
    });
    for (const StoredRows* part : {&rows->U, &rows->X, &rows->Z, &rows->Y}) {
      const bool states = part == &rows->X || part == &rows->Z;
      if (!states || network.states() > 0) part->write(file, first, samples.size());
    }
    after_round(static_cast<Index>(ranks.sum(samples.end)));
  }
  if (inputs.labelled) {
    const std::vector<std::int32_t> labels(inputs.labels.begin(), inputs.labels.end());
    file.write_slab("labels", inputs.samples.begin, inputs.samples.size(), labels.data());
  }
  return correct;
}

}  // namespace

Index CapturedNetwork::states() const {
  return std::accumulate(units.begin(), units.end(), Index{0});
}

CapturedNetwork captured_network(const Mlp& mlp, double kappa) {
  CapturedNetwork network;
  network.inputs = mlp.inputs();
  network.outputs = mlp.outputs();
  for (std::size_t k = 0; k < mlp.hidden_layers(); ++k) network.units.push_back(mlp.weights[k].rows());
  network.factors = layer_factors(mlp, kappa);
  network.norm_a_inf = scaled_norm_a_inf(mlp, std::vector<double>(mlp.hidden_layers(), 1.0));
  network.scaled_norm_a_inf = scaled_norm_a_inf(mlp, network.factors);
  network.activation = mlp.activation;
  network.bias = mlp.bias();
  network.parameters = mlp.parameter_count();
  network.mlp = &mlp;
  network.forward = [&mlp](const Matrix& U, const PutLayer& put) {
    ForwardPass pass = forward(mlp, U);
    for (std::size_t layer = 0; layer < pass.Z.size(); ++layer) put(layer, 0, pass.Z[layer], pass.X[layer]);
    return std::move(pass.Y);
  };
  return network;
}

std::size_t capture_file_bytes(const CapturedNetwork& network, const CapturedInputs& inputs,
                               Precision precision) {
  constexpr std::size_t structure = 8192;  // names, shapes, attributes and the record of the run, about
  const std::size_t bytes_of_label = inputs.labelled ? sizeof(std::int32_t) : 0;
  const std::size_t numbers = static_cast<std::size_t>(network.states()) + 2 * inputs.mean.size() +
                              (network.mlp != nullptr ? static_cast<std::size_t>(network.parameters) : 0);
  return static_cast<std::size_t>(inputs.total) * (bytes_of_sample(network, precision) + bytes_of_label) +
         numbers * sizeof(double) + structure;
}

std::size_t capture_bytes(const CapturedNetwork& network, Precision precision) {
  const auto in_double =
      static_cast<std::size_t>(network.block) * bytes_of_sample(network, Precision::float64);
  return static_cast<std::size_t>(samples_a_round(network)) * bytes_of_sample(network, precision) +
         in_double + network.forward_bytes;
}

CaptureSummary capture(const Communicator& ranks, const CapturedNetwork& network,
                       const CapturedInputs& inputs, const CaptureSettings& settings,
                       const std::string& path) {
  std::optional<TemporaryOutput> output;
  on_root(ranks, [&] { output.emplace(path); });
  std::string temporary = ranks.is_root() ? output->temporary_path() : "";
  ranks.broadcast(temporary);

  hdf5::File file = hdf5::File::create_collective(temporary, ranks, [&](hdf5::File& described) {
    write_attributes(described, network, settings.kappa, settings.provenance.dump());
    create_sample_datasets(described, network, inputs, settings.precision);
    write_description(described, network, inputs);
  });
  const std::int64_t correct =
      ranks.sum(write_samples(file, ranks, network, inputs, settings.precision, [&](Index samples) {
        if (!ranks.is_root()) return;
        output->begin_writing_back();
        if (settings.progress) settings.progress(samples);
      }));
  file.close();
  on_root(ranks, [&] { output->commit(); });

  CaptureSummary summary;
  summary.samples = inputs.total;
  summary.states = network.states();
  summary.layer_factors = network.factors;
  summary.norm_a_inf = network.norm_a_inf;
  summary.scaled_norm_a_inf = network.scaled_norm_a_inf;
  if (inputs.labelled) {
    summary.baseline_accuracy = static_cast<double>(correct) / static_cast<double>(inputs.total);
  }
  return summary;
}

CaptureSummary capture(const Communicator& ranks, const Mlp& mlp, const SampleShare& part,
                       const CaptureSettings& settings, const std::string& path) {
  CapturedInputs inputs;
  inputs.samples = part.samples;
  inputs.total = part.total;
  inputs.labels = part.labels;
  inputs.read = [&](Index first, Index count) { return inputs_of(part.images, first, count); };
  return capture(ranks, captured_network(mlp, settings.kappa), inputs, settings, path);
}

}  // namespace simplicit
