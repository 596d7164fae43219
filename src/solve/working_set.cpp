#include <simplicit/linalg/blas.hpp>
#include <simplicit/solve/working_set.hpp>

#include <algorithm>
#include <iterator>

namespace simplicit {
namespace {

// Columns of Phi one after the other, (m x columns).
Matrix gather(const StoredMatrix& phi, const std::vector<int>& columns) {
  Matrix gathered(phi.rows, static_cast<Index>(columns.size()));
  for (std::size_t k = 0; k < columns.size(); ++k) {
    copy_block(phi, 0, columns[k], phi.rows, 1, gathered.col(static_cast<Index>(k)).data(), phi.rows);
  }
  return gathered;
}

// Where each column of `part` stands in `whole`, both ascending.
std::vector<Index> places(const std::vector<int>& part, const std::vector<int>& whole) {
  std::vector<Index> found;
  found.reserve(part.size());
  for (const int column : part) {
    found.push_back(std::lower_bound(whole.begin(), whole.end(), column) - whole.begin());
  }
  return found;
}

}  // namespace

void WorkingSet::extend(const StoredMatrix& phi, std::vector<int> entering) {
  if (entering.empty()) return;
  std::sort(entering.begin(), entering.end());
  std::vector<int> merged;
  std::merge(columns_.begin(), columns_.end(), entering.begin(), entering.end(), std::back_inserter(merged));
  const auto size = static_cast<Index>(merged.size());
  const auto added = static_cast<Index>(entering.size());

  const Matrix all = gather(phi, merged);
  const std::vector<Index> new_places = places(entering, merged);
  const std::vector<Index> old_places = places(columns_, merged);
  Matrix fresh(phi.rows, added);
  for (Index k = 0; k < added; ++k) fresh.col(k) = all.col(new_places[static_cast<std::size_t>(k)]);
  Matrix products(size, added);
  blas::gemm(true, false, size, added, phi.rows, 1, all.data(), phi.rows, fresh.data(), phi.rows, 0,
             products.data(), size);

  std::vector<double> gram(static_cast<std::size_t>(size * size));
  const auto before = static_cast<Index>(columns_.size());
  for (Index j = 0; j < before; ++j) {
    for (Index i = 0; i < before; ++i) {
      const Index row = old_places[static_cast<std::size_t>(i)];
      const Index col = old_places[static_cast<std::size_t>(j)];
      gram[static_cast<std::size_t>(row + col * size)] = gram_[static_cast<std::size_t>(i + j * before)];
    }
  }
  for (Index k = 0; k < added; ++k) {
    const Index place = new_places[static_cast<std::size_t>(k)];
    for (Index i = 0; i < size; ++i) {
      gram[static_cast<std::size_t>(i + place * size)] = products(i, k);
      gram[static_cast<std::size_t>(place + i * size)] = products(i, k);
    }
  }
  columns_ = std::move(merged);
  gram_ = std::move(gram);
}

}  // namespace simplicit
