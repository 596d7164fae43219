#include <simplicit/base/error.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/states/states_file.hpp>

namespace simplicit {
namespace {

Matrix read_finite(const hdf5::File& file, const std::string& name, Index width, Index first, Index count) {
  Matrix samples(width, count);
  file.read_slab(name, first, count, samples.data());
  if (auto bad = first_non_finite(samples.data(), count, width)) {
    bad->sample += first;
    throw InputError(non_finite_text(file.path(), name, *bad));
  }
  return samples;
}

std::vector<int> read_labels(const hdf5::File& file, Index first, Index count) {
  std::vector<std::int64_t> labels(static_cast<std::size_t>(count));
  file.read_slab("labels", first, count, labels.data());
  std::vector<int> narrow;
  narrow.reserve(labels.size());
  for (const std::int64_t label : labels) narrow.push_back(static_cast<int>(label));
  return narrow;
}

}  // namespace

SampleReader::SampleReader(const StatesHeader& header)
    : header_(header), file_(hdf5::File::open(header.path)) {}

SampleSlab SampleReader::read(Index first, Index count, Parts parts) const {
  SIMPLICIT_ASSERT(
      first >= 0 && count >= 0 && count <= header_.samples - first,
      std::to_string(first) + " + " + std::to_string(count) + " of " + std::to_string(header_.samples));
  SampleSlab slab;
  slab.first = first;
  if (parts.U) slab.U = read_finite(file_, "U", header_.inputs, first, count);
  if (parts.X) slab.X = read_finite(file_, "X", header_.states, first, count);
  if (parts.Z) slab.Z = read_finite(file_, "Z", header_.states, first, count);
  if (parts.Y) slab.Y = read_finite(file_, "Y", header_.outputs, first, count);
  if (parts.labels && header_.has_labels) slab.labels = read_labels(file_, first, count);
  return slab;
}

}  // namespace simplicit
