#include "solve/working_set.hpp"

#include <simplicit/linalg/blas.hpp>

#include <algorithm>
#include <iterator>

namespace simplicit {
namespace {

// Samples widened at a time: the panel of all features of a working set stays in the cache.
constexpr Index panel_samples = 256;

// Where each column of `part` stands in `whole`, both ascending.
std::vector<Index> places(const std::vector<int>& part, const std::vector<int>& whole) {
  std::vector<Index> found;
  found.reserve(part.size());
  for (const int column : part) {
    found.push_back(std::lower_bound(whole.begin(), whole.end(), column) - whole.begin());
  }
  return found;
}

// Phi_old^T Phi_new above Phi_new^T Phi_new (upper triangle), ((old + new) x new).
Matrix products_with(const StoredMatrix& phi, const std::vector<int>& old_columns,
                     const std::vector<int>& new_columns) {
  std::vector<int> columns = old_columns;
  columns.insert(columns.end(), new_columns.begin(), new_columns.end());
  const auto before = static_cast<Index>(old_columns.size());
  const auto added = static_cast<Index>(new_columns.size());
  Matrix panel(panel_samples, before + added);
  Matrix products = Matrix::Zero(before + added, added);
  for (Index first = 0; first < phi.rows; first += panel_samples) {
    const Index samples = std::min(panel_samples, phi.rows - first);
    for (Index k = 0; k < before + added; ++k) {
      copy_block(phi, first, columns[static_cast<std::size_t>(k)], samples, 1, panel.col(k).data(), samples);
    }
    const double* entering = panel.data() + before * panel_samples;
    blas::gemm(true, false, before, added, samples, 1, panel.data(), panel_samples, entering, panel_samples,
               1, products.data(), before + added);
    blas::syrk_upper(added, samples, 1, entering, panel_samples, 1, products.data() + before, before + added);
  }
  return products;
}

}  // namespace

void WorkingSet::extend(const StoredMatrix& phi, std::vector<int> entering) {
  if (entering.empty()) return;
  std::sort(entering.begin(), entering.end());
  std::vector<int> merged;
  std::merge(columns_.begin(), columns_.end(), entering.begin(), entering.end(), std::back_inserter(merged));
  const auto size = static_cast<Index>(merged.size());
  const auto before = static_cast<Index>(columns_.size());
  const auto added = static_cast<Index>(entering.size());
  const Matrix products = products_with(phi, columns_, entering);
  const std::vector<Index> new_places = places(entering, merged);
  const std::vector<Index> old_places = places(columns_, merged);

  std::vector<double> gram(static_cast<std::size_t>(size * size));
  const auto set = [&](Index i, Index j, double value) {
    gram[static_cast<std::size_t>(i + j * size)] = value;
    gram[static_cast<std::size_t>(j + i * size)] = value;
  };
  for (Index j = 0; j < before; ++j) {
    double* column = gram.data() + old_places[static_cast<std::size_t>(j)] * size;
    for (Index i = 0; i < before; ++i) {
      column[old_places[static_cast<std::size_t>(i)]] = gram_[static_cast<std::size_t>(i + j * before)];
    }
  }
  for (Index k = 0; k < added; ++k) {
    const Index place = new_places[static_cast<std::size_t>(k)];
    for (Index i = 0; i < before; ++i) set(old_places[static_cast<std::size_t>(i)], place, products(i, k));
    for (Index i = 0; i <= k; ++i)
      set(new_places[static_cast<std::size_t>(i)], place, products(before + i, k));
  }
  columns_ = std::move(merged);
  gram_ = std::move(gram);
}

}  // namespace simplicit
