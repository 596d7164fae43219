#include <simplicit/base/error.hpp>
#include <simplicit/base/progress_line.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/linalg/panel.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/problem/gram_tiles.hpp>
#include <simplicit/system/signals.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace simplicit {
namespace {

// Samples taken at a time when they must be copied first; wide enough for full gemm speed.
constexpr Index samples_at_a_time = 384;

Index padded(Index count) {
  return (count + 7) / 8 * 8;
}

std::vector<char> tiles_needed(const std::vector<GramTile>& mine, Index count, Index width, bool targets) {
  std::vector<char> needed(static_cast<std::size_t>((count + width - 1) / width), 0);
  for (const GramTile& tile : mine) {
    if (!targets) needed[static_cast<std::size_t>(tile.row / width)] = 1;
    if (tile.of_r == targets) needed[static_cast<std::size_t>(tile.col / width)] = 1;
  }
  return needed;
}

void add_samples(const GramTile& tile, const Panel& phi, const Panel& targets, Index rows, bool first,
                 double* out, Index ld) {
  const double beta = first ? 0 : 1;
  const Panel& right = tile.of_r ? targets : phi;
  if (tile.on_diagonal()) {
    blas::syrk_upper(tile.cols, rows, 1, phi.column(tile.col), phi.leading_dimension(), beta, out, ld);
  } else {
    blas::gemm(true, false, tile.rows, tile.cols, rows, 1, phi.column(tile.row), phi.leading_dimension(),
               right.column(tile.col), right.leading_dimension(), beta, out, ld);
  }
}

double* place(const GramTile& tile, double* g, double* r, Index ld) {
  return (tile.of_r ? r : g) + tile.row + tile.col * ld;
}

// The entries below the diagonal that mirror this tile.
void mirror(const GramTile& tile, double* g, Index ld) {
  if (tile.of_r) return;
  for (Index j = tile.col; j < tile.col + tile.cols; ++j) {
    const Index end = std::min(tile.row + tile.rows, j);
    for (Index i = tile.row; i < end; ++i) g[j + i * ld] = g[i + j * ld];
  }
}

void tell_progress(ProgressLine& line, Index samples_done, const StoredMatrix& phi) {
  const double done = static_cast<double>(samples_done) / static_cast<double>(phi.rows);
  if (!line.is_due(done)) return;
  line.tell(done, fmt::format("forming G, {} x {}: {} of {} samples, about {:.0f} s left", phi.cols, phi.cols,
                              samples_done, phi.rows, line.seconds_left(done)));
}

void load_tiles(const std::vector<char>& needed, Index width, Index cols, Index first, Index rows,
                Panel& panel) {
  panel.move_to(first, rows);
  for (std::size_t tile = 0; tile < needed.size(); ++tile) {
    const Index col = static_cast<Index>(tile) * width;
    if (needed[tile] != 0) panel.load(col, std::min(width, cols - col));
  }
}

void compute_tiles(const std::vector<GramTile>& mine, const RowSamples& samples, double* g, double* r,
                   Index ld, bool tells) {
  const StoredMatrix& phi = samples.phi();
  const StoredMatrix& targets = samples.targets();
  const Index width = gram_tile(phi.cols);
  const Index step = phi.in_place() ? phi.rows : samples_at_a_time;
  const std::vector<char> needed_features = tiles_needed(mine, phi.cols, width, false);
  const std::vector<char> needed_targets = tiles_needed(mine, targets.cols, width, true);
  Panel phi_panel(phi, step);
  Panel targets_panel(targets, step);
  ProgressLine line;
  for (Index first = 0; first < phi.rows; first += step) {
    const Index rows = std::min(step, phi.rows - first);
    load_tiles(needed_features, width, phi.cols, first, rows, phi_panel);
    load_tiles(needed_targets, width, targets.cols, first, rows, targets_panel);
    Index tiles_done = 0;
    for (const GramTile& tile : mine) {
      if (interruption_requested() != Interruption::none) {
        throw Error(ExitCode::interrupted, "interrupted while forming the Gram matrix");
      }
      add_samples(tile, phi_panel, targets_panel, rows, first == 0, place(tile, g, r, ld), ld);
      if (tells) tell_progress(line, first + rows * ++tiles_done / std::ssize(mine), phi);
    }
  }
  if (tells) line.finish();
  for (const GramTile& tile : mine) mirror(tile, g, ld);
}

// Gives every node the tiles that other nodes computed: node leaders broadcast tile by tile.
void exchange_between_nodes(const Communicator& ranks, const Communicator& node,
                            const std::vector<GramTile>& tiles, double* g, double* r, Index ld) {
  const bool leads = node.is_root();
  const Communicator leaders = ranks.split(leads ? 0 : 1);
  std::int64_t leader = leaders.rank();
  node.broadcast(leader);
  std::vector<std::int64_t> node_of = ranks.gather(std::span<const std::int64_t>(&leader, 1));
  node_of.resize(static_cast<std::size_t>(ranks.size()));
  ranks.broadcast(std::span<std::int64_t>(node_of));
  if (leads && leaders.size() > 1) {
    std::vector<double> packed;
    for (const GramTile& tile : tiles) {
      double* at = place(tile, g, r, ld);
      const auto source = static_cast<int>(node_of[static_cast<std::size_t>(tile.owner)]);
      packed.resize(static_cast<std::size_t>(tile.rows * tile.cols));
      for (Index j = 0; j < tile.cols; ++j)
        std::copy_n(at + j * ld, tile.rows, packed.data() + j * tile.rows);
      leaders.broadcast(std::span<double>(packed), source);
      for (Index j = 0; j < tile.cols; ++j)
        std::copy_n(packed.data() + j * tile.rows, tile.rows, at + j * ld);
      mirror(tile, g, ld);
    }
  }
}

}  // namespace

std::size_t gram_bytes(Index features, Index targets) {
  return static_cast<std::size_t>(padded(features)) * static_cast<std::size_t>(features + targets) *
         sizeof(double);
}

Gram::Gram(const Communicator& ranks, const RowSamples& samples) {
  const Index features = samples.phi().cols;
  const Index targets = samples.targets().cols;
  const Index ld = padded(features);
  agree(ranks, [&] { g_window_ = NodeWindow(samples.node(), gram_bytes(features, 0), "the Gram matrix"); });
  agree(ranks, [&] {
    r_window_ = NodeWindow(samples.node(), gram_bytes(features, targets) - gram_bytes(features, 0),
                           "the correlations");
  });
  double* g = g_window_.as<double>().data();
  r_ = r_window_.as<double>();
  g_ = {g, features, ld};

  const std::vector<GramTile> tiles = gram_tiles(features, targets, ranks.size());
  std::vector<GramTile> mine;
  std::copy_if(tiles.begin(), tiles.end(), std::back_inserter(mine),
               [&](const GramTile& tile) { return tile.owner == ranks.rank(); });
  agree(ranks, [&] { compute_tiles(mine, samples, g, r_.data(), ld, ranks.is_root()); });
  g_window_.fence();
  r_window_.fence();
  exchange_between_nodes(ranks, samples.node(), tiles, g, r_.data(), ld);
  g_window_.fence();
  r_window_.fence();
}

}  // namespace simplicit
