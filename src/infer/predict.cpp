#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/infer/predict.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <span>

namespace simplicit {
namespace {

// Blocks a rank reads, computes and writes at a time.
constexpr Index blocks_per_piece = 16;

Index count_samples(const std::string& path, Index inputs) {
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
  return info.shape[0];
}

void require_finite(const Matrix& U, Index first, const std::string& path) {
  for (Index sample = 0; sample < U.cols(); ++sample) {
    for (Index input = 0; input < U.rows(); ++input) {
      if (std::isfinite(U(input, sample))) continue;
      throw InputError(path + ": dataset 'U' is not finite at sample " + std::to_string(first + sample) +
                       ", entry " + std::to_string(input));
    }
  }
}

// Samples [begin, end) of the piece `step` of a rank that has the blocks `own`; empty once it is through.
Range samples_of_piece(const Range& own, Index step, Index samples) {
  const Index first_block = std::min(own.begin + step * blocks_per_piece, own.end);
  const Index last_block = std::min(first_block + blocks_per_piece, own.end);
  return {std::min(first_block * sample_block, samples), std::min(last_block * sample_block, samples)};
}

class PieceOfOutputs {
 public:
  PieceOfOutputs(const FixedPoint& fixed_point, const hdf5::File& inputs, Index width)
      : fixed_point_(fixed_point), inputs_(inputs), width_(width) {}

  // Y for these samples, (q x k)
  Matrix compute(const Range& samples, FixedPointEvidence& evidence) const {
    if (interruption_requested() != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
    if (samples.size() == 0) return {};
    Matrix U(width_, samples.size());
    inputs_.read_slab("U", samples.begin, samples.size(), U.data());
    require_finite(U, samples.begin, inputs_.path());
    const Equilibria reached = fixed_point_.equilibria(U, samples.begin);
    evidence.merge(reached.evidence);
    return fixed_point_.outputs(reached.X, U);
  }

 private:
  const FixedPoint& fixed_point_;
  const hdf5::File& inputs_;
  Index width_;
};

std::string temporary_name(const Communicator& ranks, const std::string& path,
                           std::optional<TemporaryOutput>& output) {
  std::string name;
  on_root(ranks, [&] { name = output.emplace(path).temporary_path(); });
  ranks.broadcast(name);
  return name;
}

FixedPointEvidence over_all_ranks(const FixedPointEvidence& own, const Communicator& ranks) {
  return {static_cast<int>(ranks.max(std::int64_t{own.iterations})), ranks.max(own.residual),
          ranks.max(own.error_bound), ranks.min(std::int64_t{own.converged}) == 1};
}

}  // namespace

FixedPointEvidence predict(const Communicator& ranks, const ImplicitModel& model,
                           const std::string& inputs_path, const std::string& outputs_path,
                           const FixedPointSettings& settings) {
  Index samples = 0;
  on_root(ranks, [&] { samples = count_samples(inputs_path, model.inputs()); });
  ranks.broadcast(samples);
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
    file.create_dataset("Y", {samples, model.outputs()}, Precision::float64);
  });

  const Range own = share((samples + sample_block - 1) / sample_block, ranks.rank(), ranks.size());
  const Index pieces = ranks.max(std::int64_t{(own.size() + blocks_per_piece - 1) / blocks_per_piece});
  const PieceOfOutputs piece(*fixed_point, *inputs, model.inputs());
  FixedPointEvidence evidence;
  for (Index step = 0; step < pieces; ++step) {
    const Range range = samples_of_piece(own, step, samples);
    Matrix Y;
    agree(ranks, [&] { Y = piece.compute(range, evidence); });
    outputs.write_slab("Y", range.begin, range.size(), Y.data());
  }
  outputs.close();
  on_root(ranks, [&] { output->commit(); });
  return over_all_ranks(evidence, ranks);
}

}  // namespace simplicit
