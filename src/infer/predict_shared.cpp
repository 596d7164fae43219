#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/infer/predict_shared.hpp>
#include <simplicit/layers/network_forward.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace simplicit {
namespace {

/// A rank reads, computes and writes at most this many bytes of inputs at a time, a block of samples at
/// least.
constexpr Index piece_bytes = Index{16} << 20U;

Index count_samples(const std::string& path, const LayeredNetwork& network) {
  const hdf5::File file = hdf5::File::open(path);
  const hdf5::DatasetInfo info = file.dataset("U");
  const std::string where = path + ": dataset 'U' ";
  if (info.kind != hdf5::Kind::floating && info.kind != hdf5::Kind::integer) {
    throw InputError(where + "does not hold numbers");
  }
  if (info.shape.size() != 2 || info.shape[0] < 1 || info.shape[1] != network.inputs()) {
    throw InputError(where + "has the shape " + hdf5::shape_text(info.shape) + ", (samples, " +
                     std::to_string(network.inputs()) + ") is expected");
  }
  return info.shape[0];
}

/// The samples of piece `step` of a rank that has the samples `own`.
Range piece_of(const Range& own, Index width, Index step) {
  const auto bytes_a_block = static_cast<Index>(sizeof(float)) * sample_block * width;
  const Index samples = sample_block * std::max<Index>(1, piece_bytes / bytes_a_block);
  const Index first = std::min(own.begin + step * samples, own.end);
  return {first, std::min(first + samples, own.end)};
}

/// U of these samples, (p x k)
std::vector<float> read_inputs(const hdf5::File& file, const Range& samples, Index width) {
  if (interruption_requested() != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
  std::vector<float> U(static_cast<std::size_t>(samples.size() * width));
  if (samples.size() == 0) return U;
  file.read_slab("U", samples.begin, samples.size(), U.data());
  const auto bad = first_non_finite(U.data(), samples.size(), width);
  if (bad) {
    throw InputError(
        non_finite_text(file.path(), "U", {samples.begin + bad->sample, bad->entry, bad->value}));
  }
  return U;
}

Range own_samples(const Communicator& ranks, Index samples) {
  const Range blocks = share((samples + sample_block - 1) / sample_block, ranks.rank(), ranks.size());
  return {std::min(blocks.begin * sample_block, samples), std::min(blocks.end * sample_block, samples)};
}

Index count_pieces(const Range& own, Index width) {
  Index pieces = 0;
  while (piece_of(own, width, pieces).size() > 0) ++pieces;
  return pieces;
}

}  // namespace

SharedPrediction predict_shared(const Communicator& ranks, const SharedModel& model,
                                const std::string& model_path, const std::string& inputs_path,
                                const std::string& outputs_path) {
  const Index p = model.network.inputs();
  const Index q = model.network.outputs();
  SharedPrediction prediction;
  on_root(ranks, [&] { prediction.samples = count_samples(inputs_path, model.network); });
  ranks.broadcast(prediction.samples);
  std::optional<NetworkForward> forward;
  std::optional<hdf5::File> inputs;
  agree(ranks, [&] {
    forward.emplace(model.network, model_path);
    inputs.emplace(hdf5::File::open(inputs_path));
  });
  prediction.by_own_kernels = forward->by_own_kernels();

  std::optional<TemporaryOutput> output;
  std::string temporary;
  on_root(ranks, [&] { temporary = output.emplace(outputs_path).temporary_path(); });
  ranks.broadcast(temporary);
  hdf5::File outputs = hdf5::File::create_collective(temporary, ranks, [&](hdf5::File& file) {
    file.set_attribute("/", "format", std::string("simplicit-outputs"));
    file.set_attribute("/", "format_version", std::int64_t{1});
    file.create_dataset("Y", {prediction.samples, q}, Precision::float32);
  });

  const Range own = own_samples(ranks, prediction.samples);
  const Index pieces = ranks.max(std::int64_t{count_pieces(own, p)});
  for (Index step = 0; step < pieces; ++step) {
    const Range range = piece_of(own, p, step);
    std::vector<float> Y(static_cast<std::size_t>(range.size() * q));
    agree(ranks, [&] {
      Timer timer;
      const std::vector<float> U = read_inputs(*inputs, range, p);
      prediction.read += timer.restart();
      forward->run(U.data(), range.size(), Y.data());
      prediction.inference += timer.seconds();
    });
    const Timer timer;
    outputs.write_slab("Y", range.begin, range.size(), Y.data());
    prediction.write += timer.seconds();
  }
  outputs.close();
  on_root(ranks, [&] { output->commit(); });

  constexpr double nanoseconds = 1e9;
  const std::int64_t all = ranks.sum(static_cast<std::int64_t>(prediction.inference * nanoseconds));
  prediction.sample = static_cast<double>(all) / nanoseconds / static_cast<double>(prediction.samples);
  prediction.read = ranks.max(prediction.read);
  prediction.inference = ranks.max(prediction.inference);
  prediction.write = ranks.max(prediction.write);
  return prediction;
}

}  // namespace simplicit
