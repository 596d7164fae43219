#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/infer/predict.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace simplicit {
namespace {

// Blocks a rank reads, computes and writes at a time.
constexpr Index blocks_per_piece = 16;

/// How many samples there are, and whether float32 holds them.
struct InputsHeader {
  Index samples = 0;
  bool float32 = false;
};

InputsHeader read_inputs_header(const std::string& path, Index inputs) {
  const hdf5::File file = hdf5::File::open(path);
  if (!file.has("U") && file.has("A")) throw InputError(path + ": is a model file, inputs U are expected");
  const hdf5::DatasetInfo info = file.dataset("U");
  const std::string where = path + ": dataset 'U' ";
  if (info.kind != hdf5::Kind::floating && info.kind != hdf5::Kind::integer) {
    throw InputError(where + "does not hold numbers");
  }
  if (info.shape.size() != 2) {
    throw InputError(where + "has " + std::to_string(info.shape.size()) +
                     " dimensions, samples x inputs are expected");
  }
  if (info.shape[1] != inputs) {
    throw InputError(where + "has " + std::to_string(info.shape[1]) + " inputs a sample, the model has " +
                     std::to_string(inputs));
  }
  if (info.shape[0] < 1) throw InputError(where + "has no samples");
  return {info.shape[0], info.kind == hdf5::Kind::floating && info.bytes_per_value <= sizeof(float)};
}

template <class Number>
void require_finite(const std::vector<Number>& U, Index width, Index first, const std::string& path) {
  const auto bad = first_non_finite(U.data(), std::ssize(U) / width, width);
  if (!bad) return;
  throw InputError(path + ": dataset 'U' is not finite at sample " + std::to_string(first + bad->sample) +
                   ", entry " + std::to_string(bad->entry));
}

// Samples [begin, end) of the piece `step` of a rank that has the blocks `own`; empty once it is through.
Range samples_of_piece(const Range& own, Index step, Index samples) {
  const Index first_block = std::min(own.begin + step * blocks_per_piece, own.end);
  const Index last_block = std::min(first_block + blocks_per_piece, own.end);
  return {std::min(first_block * sample_block, samples), std::min(last_block * sample_block, samples)};
}

/// Computes piece after piece, in the precision that the file has.
template <class Number>
class PieceOfOutputs {
 public:
  PieceOfOutputs(const FixedPoint& fixed_point, const hdf5::File& inputs, Index width,
                 const InputNormalization& normalization)
      : fixed_point_(fixed_point), inputs_(inputs), width_(width), normalization_(normalization) {}

  // Y for these samples, (q x k)
  Matrix compute(const Range& samples, Prediction& prediction) {
    if (interruption_requested() != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
    if (samples.size() == 0) return {};
    Timer timer;
    U_.resize(static_cast<std::size_t>(width_ * samples.size()));
    inputs_.read_slab("U", samples.begin, samples.size(), U_.data());
    require_finite(U_, width_, samples.begin, inputs_.path());
    if constexpr (sizeof(Number) == sizeof(double)) normalize_samples();
    prediction.seconds.read += timer.restart();
    constexpr Precision precision = sizeof(Number) == sizeof(float) ? Precision::float32 : Precision::float64;
    Outputs reached = fixed_point_.outputs_at_equilibria(
        {U_.data(), precision, width_, samples.size(), width_}, samples.begin);
    prediction.seconds.inference += timer.seconds();
    prediction.evidence.merge(reached.evidence);
    return std::move(reached.Y);
  }

 private:
  const FixedPoint& fixed_point_;
  const hdf5::File& inputs_;
  Index width_;
  const InputNormalization& normalization_;
  std::vector<Number> U_;

  void normalize_samples() {
    if (!normalization_.known()) return;
    Matrix samples = Eigen::Map<const Matrix>(U_.data(), width_, std::ssize(U_) / width_);
    normalize(normalization_, "the model", samples);
    std::copy_n(samples.data(), samples.size(), U_.begin());
  }
};

std::string temporary_name(const Communicator& ranks, const std::string& path,
                           std::optional<TemporaryOutput>& output) {
  std::string name;
  on_root(ranks, [&] { name = output.emplace(path).temporary_path(); });
  ranks.broadcast(name);
  return name;
}

Prediction over_all_ranks(const Prediction& own, const Communicator& ranks) {
  return {
      own.samples,
      {static_cast<int>(ranks.max(std::int64_t{own.evidence.iterations})), ranks.max(own.evidence.residual),
       ranks.max(own.evidence.error_bound), ranks.min(std::int64_t{own.evidence.converged}) == 1},
      {ranks.max(own.seconds.read), ranks.max(own.seconds.inference), ranks.max(own.seconds.write)}};
}

/// Calls `compute` for each piece of this rank and writes what it returns; all ranks write together.
template <class Compute>
void write_pieces(const Communicator& ranks, hdf5::File& outputs, Prediction& prediction, Compute compute) {
  const Index samples = prediction.samples;
  const Range own = share((samples + sample_block - 1) / sample_block, ranks.rank(), ranks.size());
  const Index pieces = ranks.max(std::int64_t{(own.size() + blocks_per_piece - 1) / blocks_per_piece});
  for (Index step = 0; step < pieces; ++step) {
    const Range range = samples_of_piece(own, step, samples);
    Matrix Y;
    agree(ranks, [&] { Y = compute(range); });
    const Timer timer;
    outputs.write_slab("Y", range.begin, range.size(), Y.data());
    prediction.seconds.write += timer.seconds();
  }
}

}  // namespace

Prediction predict(const Communicator& ranks, const ImplicitModel& model, const std::string& inputs_path,
                   const std::string& outputs_path, const FixedPointSettings& settings,
                   const InputNormalization& normalization) {
  InputsHeader header;
  on_root(ranks, [&] { header = read_inputs_header(inputs_path, model.inputs()); });
  ranks.broadcast(header);
  std::optional<FixedPoint> fixed_point;
  std::optional<hdf5::File> inputs;
  agree(ranks, [&] {
    fixed_point.emplace(model, settings);
    inputs.emplace(hdf5::File::open(inputs_path));
  });
  std::optional<TemporaryOutput> output;
  const std::string temporary = temporary_name(ranks, outputs_path, output);
  hdf5::File outputs = hdf5::File::create_collective(temporary, ranks, [&](hdf5::File& file) {
    file.set_attribute("/", "format", std::string("simplicit-outputs"));
    file.set_attribute("/", "format_version", std::int64_t{1});
    file.create_dataset("Y", {header.samples, model.outputs()}, Precision::float64);
  });

  Prediction prediction;
  prediction.samples = header.samples;
  const auto write_all = [&](auto piece) {
    write_pieces(ranks, outputs, prediction,
                 [&](const Range& range) { return piece.compute(range, prediction); });
  };
  if (header.float32 && !normalization.known()) {
    write_all(PieceOfOutputs<float>(*fixed_point, *inputs, model.inputs(), normalization));
  } else {
    write_all(PieceOfOutputs<double>(*fixed_point, *inputs, model.inputs(), normalization));
  }
  const Timer timer;
  outputs.close();
  on_root(ranks, [&] { output->commit(); });
  prediction.seconds.write += timer.seconds();
  return over_all_ranks(prediction, ranks);
}

}  // namespace simplicit
