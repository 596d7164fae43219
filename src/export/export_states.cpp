#include "export/npz_file.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/export/export_states.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>

namespace simplicit {
namespace {

constexpr Index values_at_a_time = Index{1} << 20;

void require_finite(const hdf5::File& file, const std::string& dataset, Index first,
                    std::optional<NonFinite> place) {
  if (!place) return;
  place->sample += first;
  throw InputError(non_finite_text(file.path(), dataset, *place));
}

void stop_on_signal() {
  if (interruption_requested() != Interruption::none) {
    throw Error(ExitCode::interrupted, "interrupted; nothing was written");
  }
}

template <class T>
void copy_samples(const hdf5::File& from, const std::string& dataset, Index samples, Index width,
                  NpzFile& to) {
  const Index step = std::max<Index>(1, values_at_a_time / std::max<Index>(1, width));
  std::vector<T> slab(static_cast<std::size_t>(std::min(step, samples) * width));
  for (Index first = 0; first < samples; first += step) {
    stop_on_signal();
    const Index count = std::min(step, samples - first);
    from.read_slab(dataset, first, count, slab.data());
    if constexpr (std::is_floating_point_v<T>) {
      require_finite(from, dataset, first, first_non_finite(slab.data(), count, width));
    }
    to.append(std::span<const T>(slab.data(), static_cast<std::size_t>(count * width)));
  }
}

template <class T>
void copy_matrix(const hdf5::File& from, const std::string& dataset, Index samples, Index width,
                 NpzFile& to) {
  to.begin<T>(dataset, {samples, width});
  copy_samples<T>(from, dataset, samples, width, to);
  to.end();
}

template <class T>
void copy_matrices(const hdf5::File& from, const StatesHeader& header, NpzFile& to) {
  copy_matrix<T>(from, "U", header.samples, header.inputs, to);
  copy_matrix<T>(from, "X", header.samples, header.states, to);
  copy_matrix<T>(from, "Z", header.samples, header.states, to);
  copy_matrix<T>(from, "Y", header.samples, header.outputs, to);
}

void copy_labels(const hdf5::File& from, Index samples, NpzFile& to) {
  to.begin<std::int64_t>("labels", {samples});
  copy_samples<std::int64_t>(from, "labels", samples, 1, to);
  to.end();
}

void add_properties(const StatesHeader& header, NpzFile& to) {
  const std::vector<std::int64_t> layers(header.layer_sizes.begin(), header.layer_sizes.end());
  if (!layers.empty()) {
    to.add("layer_sizes", std::span<const std::int64_t>(layers), {static_cast<Index>(layers.size())});
  }
  if (header.state_scale) {
    const Vector& scale = *header.state_scale;
    to.add("state_scale", std::span<const double>(scale.data(), static_cast<std::size_t>(scale.size())),
           {scale.size()});
  }
  to.add_text("activation", name_of(header.activation));
  to.add_value("bias", header.bias);
}

}  // namespace

void write_npz_states(const StatesHeader& header, const std::string& path) {
  const hdf5::File from = hdf5::File::open(header.path);
  NpzFile to(path);
  if (header.precision == Precision::float32) {
    copy_matrices<float>(from, header, to);
  } else {
    copy_matrices<double>(from, header, to);
  }
  if (header.has_labels) copy_labels(from, header.samples, to);
  add_properties(header, to);
  to.finish();
  to.commit();
}

}  // namespace simplicit
