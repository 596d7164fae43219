#include "evaluate/spectral_radius.hpp"

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace simplicit {
namespace {

constexpr double relative_width_wanted = 1e-10;
constexpr double most_operations = 1e9;  ///< per component; a slow one keeps the bound it has by then

// |A| restricted to the rows and columns of one component.
SparseMatrix absolute_block(const SparseMatrix& A, const std::vector<int>& component) {
  std::vector<int> place(static_cast<std::size_t>(A.cols()), -1);
  for (std::size_t k = 0; k < component.size(); ++k)
    place[static_cast<std::size_t>(component[k])] = static_cast<int>(k);
  std::vector<Eigen::Triplet<double, int>> entries;
  for (std::size_t k = 0; k < component.size(); ++k) {
    for (SparseMatrix::InnerIterator entry(A, component[k]); entry; ++entry) {
      const int column = place[static_cast<std::size_t>(entry.col())];
      if (column >= 0) entries.emplace_back(static_cast<int>(k), column, std::abs(entry.value()));
    }
  }
  SparseMatrix block(std::ssize(component), std::ssize(component));
  block.setFromTriplets(entries.begin(), entries.end());
  return block;
}

// Collatz-Wielandt bounds from both sides; the upper one includes the rounding of its sums.
double perron_bound(const SparseMatrix& block) {
  if (block.rows() == 1) return block.coeff(0, 0);
  const double safety = 1 + static_cast<double>(block.rows() + 3) * std::numeric_limits<double>::epsilon();
  const double most_iterations = most_operations / static_cast<double>(block.nonZeros() + block.rows());
  Vector w = Vector::Ones(block.rows());
  double upper = std::numeric_limits<double>::infinity();
  double lower = 0;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const Vector image = block * w;
    const Vector ratio = image.cwiseQuotient(w);
    upper = std::min(upper, ratio.maxCoeff() * safety);
    lower = std::max(lower, ratio.minCoeff());
    if (upper - lower <= relative_width_wanted * upper) break;
    const double sigma = 0.25 * upper;  // makes the iteration matrix primitive
    w = image + sigma * w;
    w = (w / w.maxCoeff()).cwiseMax(1e-250);  // stays positive, whatever the scales
  }
  return upper;
}

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                 boost::no_property, int, int>;

Graph graph_of(const SparseMatrix& M) {
  std::vector<std::pair<int, int>> edges;
  edges.reserve(static_cast<std::size_t>(M.nonZeros()));
  for (int row = 0; row < M.rows(); ++row) {
    for (SparseMatrix::InnerIterator entry(M, row); entry; ++entry) {
      edges.emplace_back(row, static_cast<int>(entry.col()));
    }
  }
  return {boost::edges_are_sorted, edges.begin(), edges.end(), static_cast<int>(M.rows())};
}

}  // namespace

double spectral_radius_bound(const SparseMatrix& A) {
  double radius = 0;
  for (const std::vector<int>& component : strong_components(A)) {
    radius = std::max(radius, perron_bound(absolute_block(A, component)));
  }
  return radius;
}

std::vector<std::vector<int>> strong_components(const SparseMatrix& M) {
  const Graph graph = graph_of(M);
  std::vector<int> component_of(static_cast<std::size_t>(M.rows()));
  const auto count = boost::strong_components(
      graph, boost::make_iterator_property_map(component_of.begin(), get(boost::vertex_index, graph)));
  std::vector<std::vector<int>> components(static_cast<std::size_t>(count));
  for (std::size_t node = 0; node < component_of.size(); ++node) {
    components[static_cast<std::size_t>(component_of[node])].push_back(static_cast<int>(node));
  }
  return components;
}

}  // namespace simplicit
