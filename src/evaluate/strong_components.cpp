#include "evaluate/strong_components.hpp"

#include <algorithm>

namespace simplicit {
namespace {

class TarjanSearch {
 public:
  explicit TarjanSearch(const SparseMatrix& M)
      : M_(M), order_(size_of(M), unseen), low_(size_of(M)), on_stack_(size_of(M), false) {}

  std::vector<std::vector<int>> run() {
    for (std::size_t node = 0; node < order_.size(); ++node) {
      if (order_[node] == unseen) search_from(static_cast<int>(node));
    }
    return std::move(components_);
  }

 private:
  static constexpr int unseen = -1;
  struct Visit {
    int node;
    int next_entry;  ///< of the row of the node
  };
  static std::size_t size_of(const SparseMatrix& M) { return static_cast<std::size_t>(M.rows()); }
  static std::size_t at(int node) { return static_cast<std::size_t>(node); }

  void enter(int node) {
    order_[at(node)] = low_[at(node)] = entered_++;
    stack_.push_back(node);
    on_stack_[at(node)] = true;
    path_.push_back({node, M_.outerIndexPtr()[node]});
  }

  void search_from(int start) {
    enter(start);
    while (!path_.empty()) {
      Visit& visit = path_.back();
      if (visit.next_entry < M_.outerIndexPtr()[visit.node + 1]) {
        follow(visit.node, M_.innerIndexPtr()[visit.next_entry++]);
      } else {
        leave();
      }
    }
  }

  void follow(int from, int to) {
    if (order_[at(to)] == unseen) {
      enter(to);
    } else if (on_stack_[at(to)]) {
      low_[at(from)] = std::min(low_[at(from)], order_[at(to)]);
    }
  }

  void leave() {
    const int node = path_.back().node;
    path_.pop_back();
    if (low_[at(node)] == order_[at(node)]) close_component(node);
    if (!path_.empty()) {
      const int parent = path_.back().node;
      low_[at(parent)] = std::min(low_[at(parent)], low_[at(node)]);
    }
  }

  void close_component(int root) {
    std::vector<int> component;
    do {
      component.push_back(stack_.back());
      on_stack_[at(stack_.back())] = false;
      stack_.pop_back();
    } while (component.back() != root);
    std::ranges::sort(component);
    components_.push_back(std::move(component));
  }

  const SparseMatrix& M_;
  std::vector<int> order_, low_;
  std::vector<bool> on_stack_;
  std::vector<int> stack_;
  std::vector<Visit> path_;
  std::vector<std::vector<int>> components_;
  int entered_ = 0;
};

}  // namespace

std::vector<std::vector<int>> strong_components(const SparseMatrix& M) {
  return TarjanSearch(M).run();
}

}  // namespace simplicit
