#include "states/transpose.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/progress_line.hpp>
#include <simplicit/hdf5/slab_pieces.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/states/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace simplicit {
namespace {

/// Columns of any window start at 64-byte boundaries.
constexpr Index leading_dimension_multiple = 16;

/// Where the samples of one dataset go.
template <class T>
struct Destination {
  const char* dataset;
  Index width;  ///< features of the dataset
  T* columns;   ///< of its first feature, sample 0
};

/// One sample in this many is held out.
constexpr Index held_out_every = 10;

bool belongs_to(SamplePart part, Index sample) {
  const bool held_out = sample % held_out_every == held_out_every - 1;
  return part == SamplePart::all || held_out == (part == SamplePart::held_out);
}

/// Moves the samples of a part to the front of a slab that begins with sample `first`; how many there are.
template <class T>
Index keep_part(SamplePart part, Index first, Index samples, Index width, T* slab) {
  if (part == SamplePart::all) return samples;
  Index kept = 0;
  for (Index sample = 0; sample < samples; ++sample) {
    if (!belongs_to(part, first + sample)) continue;
    std::copy_n(slab + sample * width, width, slab + kept++ * width);
  }
  return kept;
}

/// Reads the slabs of all ranks of one dataset piece by piece into their places; whether all of it was
/// transferred collectively.
template <class T>
class SlabReader {
 public:
  SlabReader(const hdf5::File& file, const Communicator& ranks, Range slab, SamplePart part,
             Index leading_dimension, std::size_t piece_bytes)
      : file_(file),
        ranks_(ranks),
        slab_(slab),
        part_(part),
        leading_dimension_(leading_dimension),
        piece_bytes_(piece_bytes) {}

  [[nodiscard]] bool read(const Destination<T>& to) {
    const auto row_bytes = static_cast<std::size_t>(to.width) * sizeof(T);
    const auto piece_rows = static_cast<Index>(std::max<std::size_t>(1, piece_bytes_ / row_bytes));
    bool collective = true;
    std::optional<NonFinite> bad;
    ProgressLine line;
    for (const Range& piece : hdf5::pieces_of(slab_.size(), piece_rows, ranks_)) {
      const Index first = slab_.begin + piece.begin;
      agree(ranks_, [&] { buffer_.resize(static_cast<std::size_t>(piece.size() * to.width)); });
      file_.read_slab(to.dataset, first, piece.size(), buffer_.data());
      collective = collective && file_.transferred_collectively();
      if (!bad) bad = non_finite_in_file(piece.size(), to.width, first);
      const Index kept = keep_part(part_, first, piece.size(), to.width, buffer_.data());
      transpose_samples(buffer_.data(), kept, to.width, to.columns + count_of(part_, first),
                        leading_dimension_);
      if (ranks_.is_root()) tell_progress(line, to.dataset, piece.end);
      if (interruption_requested(ranks_) != Interruption::none) {
        throw Error(ExitCode::interrupted, "interrupted while reading " + file_.path());
      }
    }
    if (ranks_.is_root()) line.finish();
    agree(ranks_, [&] {
      if (bad) throw InputError(non_finite_text(file_.path(), to.dataset, *bad));
    });
    return collective;
  }

 private:
  void tell_progress(ProgressLine& line, const char* dataset, Index samples_done) const {
    const double done =
        static_cast<double>(samples_done) / static_cast<double>(std::max<Index>(1, slab_.size()));
    if (!(done > 0 && line.is_due(done))) return;
    line.tell(done, fmt::format("reading {} of {}: {:.0f} %, about {:.0f} s left", dataset, file_.path(),
                                100 * done, line.seconds_left(done)));
  }

  [[nodiscard]] std::optional<NonFinite> non_finite_in_file(Index samples, Index width, Index first) const {
    std::optional<NonFinite> bad = first_non_finite(buffer_.data(), samples, width);
    if (bad) bad->sample += first;
    return bad;
  }

  const hdf5::File& file_;
  Communicator ranks_;
  Range slab_;
  SamplePart part_;
  Index leading_dimension_;
  std::size_t piece_bytes_;
  std::vector<T> buffer_;
};

template <class T>
void fill_rows(T* columns, Index count, Index leading_dimension, Range rows, T value) {
  for (Index column = 0; column < count; ++column) {
    T* const begin = columns + column * leading_dimension;
    std::fill(begin + rows.begin, begin + rows.end, value);
  }
}

}  // namespace

Index leading_dimension_of(Index samples) {
  return (samples + leading_dimension_multiple - 1) / leading_dimension_multiple * leading_dimension_multiple;
}

Index count_of(SamplePart part, Index samples) {
  const Index held_out = samples / held_out_every;
  if (part == SamplePart::all) return samples;
  return part == SamplePart::held_out ? held_out : samples - held_out;
}

StateStore::StateStore(const Communicator& ranks, const StatesHeader& header, SamplePart part,
                       std::size_t piece_bytes)
    : header_(header), node_(ranks.split_by_node()) {
  const Index samples = count_of(part, header.samples);
  const Index leading_dimension = leading_dimension_of(samples);
  const Index target_count = header.states + header.outputs;
  const auto column_bytes = static_cast<std::size_t>(leading_dimension) * bytes_of(header.precision);
  const auto columns = static_cast<std::size_t>(header.features() + target_count);
  agree(ranks, [&] {
    if (columns > std::numeric_limits<std::size_t>::max() / 2 / column_bytes) {
      throw InputError(header.path + ": the states do not fit any memory");
    }
  });
  window_ = NodeWindow(node_, columns * column_bytes, "the states of " + header.path);
  phi_ = {window_.as<std::byte>().data(), header.precision, samples, header.features(), leading_dimension};
  targets_ = {window_.as<std::byte>().data() + static_cast<std::size_t>(phi_.cols) * column_bytes,
              header.precision, samples, target_count, leading_dimension};
  if (header.precision == Precision::float32) {
    load<float>(ranks, part, piece_bytes);
  } else {
    load<double>(ranks, part, piece_bytes);
  }
}

template <class T>
void StateStore::load(const Communicator& ranks, SamplePart part, std::size_t piece_bytes) {
  const Index leading_dimension = phi_.leading_dimension;
  T* const phi = window_.as<T>().data();
  T* const targets = phi + phi_.cols * leading_dimension;
  const Range slab = share(header_.samples, node_.rank(), node_.size());

  hdf5::File file = hdf5::File::open_collective(header_.path, ranks);
  SlabReader<T> reader(file, ranks, slab, part, leading_dimension, piece_bytes);
  for (const Destination<T>& dataset :
       {Destination<T>{"X", header_.states, phi},
        Destination<T>{"U", header_.inputs, phi + header_.states * leading_dimension},
        Destination<T>{"Z", header_.states, targets},
        Destination<T>{"Y", header_.outputs, targets + header_.states * leading_dimension}}) {
    read_collectively_ = reader.read(dataset) && read_collectively_;
  }
  file.close();

  if (header_.bias) {
    const Range own = share(phi_.rows, node_.rank(), node_.size());
    fill_rows(phi + (phi_.cols - 1) * leading_dimension, 1, leading_dimension, own, T{1});
  }
  if (node_.is_root()) {
    const Range padding{phi_.rows, leading_dimension};
    fill_rows(phi, phi_.cols + targets_.cols, leading_dimension, padding, T{0});
  }
  window_.fence();
}

namespace {

template <class T>
void put_states(T* phi, Index leading_dimension, Index first, const Matrix& X) {
  for (Index state = 0; state < X.rows(); ++state) {
    T* const column = phi + state * leading_dimension + first;
    for (Index sample = 0; sample < X.cols(); ++sample) column[sample] = static_cast<T>(X(state, sample));
  }
}

}  // namespace

void StateStore::write_states(Index first, const Matrix& X) {
  if (phi_.precision == Precision::float32) {
    put_states(window_.as<float>().data(), phi_.leading_dimension, first, X);
  } else {
    put_states(window_.as<double>().data(), phi_.leading_dimension, first, X);
  }
}

void StateStore::keep_states() {
  const auto column = static_cast<std::size_t>(phi_.leading_dimension) * bytes_of(phi_.precision);
  kept_.emplace(node_, static_cast<std::size_t>(header_.states) * column,
                "a copy of the states of " + header_.path);
  copy_states(window_, *kept_);
}

void StateStore::restore_states() {
  copy_states(*kept_, window_);
}

// Each rank of the node copies its share of the columns.
void StateStore::copy_states(const NodeWindow& from, NodeWindow& to) const {
  const auto column = static_cast<std::size_t>(phi_.leading_dimension) * bytes_of(phi_.precision);
  const Range own = share(header_.states, node_.rank(), node_.size());
  std::copy_n(from.as<std::byte>().data() + static_cast<std::size_t>(own.begin) * column,
              static_cast<std::size_t>(own.size()) * column,
              to.as<std::byte>().data() + static_cast<std::size_t>(own.begin) * column);
  to.fence();
}

}  // namespace simplicit
