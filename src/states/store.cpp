#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/slab_pieces.hpp>
#include <simplicit/parallel/interruption.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/states/store.hpp>
#include <simplicit/states/transpose.hpp>

#include <algorithm>
#include <span>

namespace simplicit {
namespace {

/// Columns of any window start at 64-byte boundaries.
constexpr Index leading_dimension_multiple = 16;

Index leading_dimension_of(Index samples) {
  return (samples + leading_dimension_multiple - 1) / leading_dimension_multiple * leading_dimension_multiple;
}

/// Where the samples of one dataset go.
template <class T>
struct Destination {
  const char* dataset;
  Index width;  ///< features of the dataset
  T* columns;   ///< of its first feature, sample 0
};

/// Reads the slabs of all ranks of one dataset piece by piece into their places; whether all of it was
/// transferred collectively.
template <class T>
class SlabReader {
 public:
  SlabReader(const hdf5::File& file, const Communicator& ranks, Range slab, Index leading_dimension,
             std::size_t piece_bytes)
      : file_(file),
        ranks_(ranks),
        slab_(slab),
        leading_dimension_(leading_dimension),
        piece_bytes_(piece_bytes) {}

  [[nodiscard]] bool read(const Destination<T>& to) {
    const auto row_bytes = static_cast<std::size_t>(to.width) * sizeof(T);
    const auto piece_rows = static_cast<Index>(std::max<std::size_t>(1, piece_bytes_ / row_bytes));
    bool collective = true;
    std::optional<NonFinite> bad;
    for (const Range& piece : hdf5::pieces_of(slab_.size(), piece_rows, ranks_)) {
      const Index first = slab_.begin + piece.begin;
      agree(ranks_, [&] { buffer_.resize(static_cast<std::size_t>(piece.size() * to.width)); });
      file_.read_slab(to.dataset, first, piece.size(), buffer_.data());
      collective = collective && file_.transferred_collectively();
      if (!bad) bad = non_finite_in_file(piece.size(), to.width, first);
      transpose_samples(buffer_.data(), piece.size(), to.width, to.columns + first, leading_dimension_);
      if (interruption_requested(ranks_) != Interruption::none) {
        throw Error(ExitCode::interrupted, "interrupted while reading " + file_.path());
      }
    }
    agree(ranks_, [&] {
      if (bad) throw InputError(non_finite_text(file_.path(), to.dataset, *bad));
    });
    return collective;
  }

 private:
  [[nodiscard]] std::optional<NonFinite> non_finite_in_file(Index samples, Index width, Index first) const {
    std::optional<NonFinite> bad = first_non_finite(buffer_.data(), samples, width);
    if (bad) bad->sample += first;
    return bad;
  }

  const hdf5::File& file_;
  Communicator ranks_;
  Range slab_;
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

StateStore::StateStore(const Communicator& ranks, const StatesHeader& header, std::size_t piece_bytes)
    : header_(header), node_(ranks.split_by_node()) {
  const Index leading_dimension = leading_dimension_of(header.samples);
  const Index target_count = header.states + header.outputs;
  const auto column_bytes = static_cast<std::size_t>(leading_dimension) * bytes_of(header.precision);
  const auto columns = static_cast<std::size_t>(header.features() + target_count);
  agree(ranks, [&] {
    if (columns > std::numeric_limits<std::size_t>::max() / 2 / column_bytes) {
      throw InputError(header.path + ": the states do not fit any memory");
    }
  });
  window_ = NodeWindow(node_, columns * column_bytes, "the states of " + header.path);
  phi_ = {window_.as<std::byte>().data(), header.precision, header.samples, header.features(),
          leading_dimension};
  targets_ = {window_.as<std::byte>().data() + static_cast<std::size_t>(phi_.cols) * column_bytes,
              header.precision, header.samples, target_count, leading_dimension};
  if (header.precision == Precision::float32) {
    load<float>(ranks, piece_bytes);
  } else {
    load<double>(ranks, piece_bytes);
  }
}

template <class T>
void StateStore::load(const Communicator& ranks, std::size_t piece_bytes) {
  const Index leading_dimension = phi_.leading_dimension;
  T* const phi = window_.as<T>().data();
  T* const targets = phi + phi_.cols * leading_dimension;
  const Range slab = share(header_.samples, node_.rank(), node_.size());

  hdf5::File file = hdf5::File::open_collective(header_.path, ranks);
  SlabReader<T> reader(file, ranks, slab, leading_dimension, piece_bytes);
  for (const Destination<T>& part :
       {Destination<T>{"X", header_.states, phi},
        Destination<T>{"U", header_.inputs, phi + header_.states * leading_dimension},
        Destination<T>{"Z", header_.states, targets},
        Destination<T>{"Y", header_.outputs, targets + header_.states * leading_dimension}}) {
    read_collectively_ = reader.read(part) && read_collectively_;
  }
  file.close();

  if (header_.bias) {
    fill_rows(phi + (phi_.cols - 1) * leading_dimension, 1, leading_dimension, slab, T{1});
  }
  if (node_.is_root()) {
    const Range padding{header_.samples, leading_dimension};
    fill_rows(phi, phi_.cols + targets_.cols, leading_dimension, padding, T{0});
  }
  window_.fence();
}

}  // namespace simplicit
