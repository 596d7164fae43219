#include <simplicit/baseline/magnitude_pruning.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// Keeps the `kept` largest of the arrays together.
template <class Array>
void keep_largest(std::vector<Array>& arrays, Index kept) {
  std::vector<double*> entries;
  for (Array& array : arrays) {
    for (Index k = 0; k < array.size(); ++k) entries.push_back(array.data() + k);
  }
  if (kept >= std::ssize(entries)) return;
  std::ranges::stable_sort(entries,
                           [](const double* a, const double* b) { return std::abs(*a) > std::abs(*b); });
  for (auto entry = entries.begin() + std::max<Index>(kept, 0); entry != entries.end(); ++entry) **entry = 0;
}

}  // namespace

Mlp magnitude_pruned(const Mlp& mlp, Index kept) {
  Mlp pruned = mlp;
  Index biases = 0;
  for (const Vector& b : pruned.biases) biases += b.size();
  keep_largest(pruned.biases, kept);
  keep_largest(pruned.weights, kept - std::min(kept, biases));
  return pruned;
}

}  // namespace simplicit
