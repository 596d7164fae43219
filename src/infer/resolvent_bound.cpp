#include <simplicit/base/error.hpp>
#include <simplicit/infer/resolvent_bound.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace simplicit {
namespace {

constexpr int most_sweeps = 20000;
constexpr double relative_change_wanted = 1e-14;
constexpr double largest_bound = 1e12;

// One update of row i of g = b + |A| g, the diagonal entry taken to the left side.
void update(const SparseMatrix& absolute, const Vector& b, Index i, Vector& g) {
  double sum = b[i];
  double diagonal = 0;
  for (SparseMatrix::InnerIterator entry(absolute, i); entry; ++entry) {
    if (entry.col() == i) {
      diagonal = entry.value();
    } else {
      sum += entry.value() * g[entry.col()];
    }
  }
  g[i] = diagonal < 1 ? sum / (1 - diagonal) : std::numeric_limits<double>::infinity();
}

}  // namespace

// Gauss-Seidel from zero, backward and forward in turn: the iterates rise towards the solution, and a
// triangular |A| is done after one sweep in its direction.
std::optional<Vector> ResolventBound::solve(const Vector& b) const {
  const Index n = b.size();
  Vector g = Vector::Zero(n);
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    const Vector previous = g;
    for (Index k = 0; k < n; ++k) update(absolute_, b, sweep % 2 == 0 ? n - 1 - k : k, g);
    if (!(g.maxCoeff() < largest_bound * std::max(1.0, b.maxCoeff()))) return std::nullopt;
    if (((g - previous).array() <= relative_change_wanted * g.array()).all()) break;
  }
  return g;
}

// An upper bound on b - (g - |A| g), rounding included: each of the sums below has at most nnz + 2 terms.
Vector ResolventBound::shortfall(const Vector& b, const Vector& g) const {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  Vector shortfall(b.size());
  for (Index i = 0; i < b.size(); ++i) {
    double sum = b[i];
    int terms = 2;
    for (SparseMatrix::InnerIterator entry(absolute_, i); entry; ++entry, ++terms) {
      sum += entry.value() * g[entry.col()];
    }
    shortfall[i] = sum - g[i] + terms * epsilon * (sum + g[i]);
  }
  return shortfall;
}

// With s = w - |A| w > 0 the inverse is non-negative, and 1 <= s / min(s) gives (I - |A|)^-1 1 <= w / min(s).
std::optional<ResolventBound> ResolventBound::of(const SparseMatrix& A) {
  SIMPLICIT_ASSERT(A.rows() == A.cols(), std::to_string(A.rows()) + " x " + std::to_string(A.cols()));
  ResolventBound bound(A.cwiseAbs());
  const std::optional<Vector> w = bound.solve(Vector::Ones(A.rows()));
  if (!w) return std::nullopt;
  const double least = 1 - bound.shortfall(Vector::Ones(A.rows()), *w).maxCoeff();
  if (!(least > 0.5)) return std::nullopt;
  bound.of_ones_ = *w / least;
  return bound;
}

// g - |A| g >= b - max(shortfall, 0), so that what is missing is at most max(shortfall) (I - |A|)^-1 1.
Vector ResolventBound::apply(const Vector& b) const {
  SIMPLICIT_ASSERT(b.size() == absolute_.rows() && b.minCoeff() >= 0, std::to_string(b.size()));
  const Vector g = solve(b).value_or(Vector::Zero(b.size()));
  const double missing = std::max(0.0, shortfall(b, g).maxCoeff());
  return g + missing * of_ones_;
}

}  // namespace simplicit
