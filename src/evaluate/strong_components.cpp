#include "evaluate/strong_components.hpp"

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>

#include <utility>

namespace simplicit {
namespace {

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
