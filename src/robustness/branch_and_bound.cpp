#include "robustness/branch_and_bound.hpp"

#include "robustness/domain_proof.hpp"
#include "robustness/dual_ascent.hpp"
#include "robustness/vertex_attack.hpp"

#include <algorithm>
#include <queue>

namespace simplicit {
namespace {

constexpr std::size_t domains_at_once = 32;
constexpr int steps_at_root = 4;
constexpr int steps_of_child = 3;
constexpr int steps_of_leaf = 12;
constexpr int rounds_of_leaf = 12;
constexpr Index most_refutation_attempts = 200;

// The least bound comes out first, the oldest among equals.
struct LessUrgent {
  bool operator()(const Domain& left, const Domain& right) const {
    return left.bound != right.bound ? left.bound > right.bound : left.number > right.number;
  }
};

class Search {
 public:
  Search(const OpenSample& sample, const ReducedSystem& reduced, const std::function<void()>& between)
      : sample_(sample), ascent_(sample.system, reduced), proof_(sample, reduced), between_(between) {}

  SearchOutcome run(Index most_domains) {
    std::vector<Domain> roots;
    for (Index pair = 0; pair < std::ssize(sample_.pairs); ++pair) roots.push_back(ascent_.whole(pair));
    bound(roots, steps_at_root, false);
    while (!found_ && !waiting_.empty() && outcome_.domains < most_domains) {
      between_();
      std::vector<Domain> children = split_most_urgent();
      bound(children, steps_of_child, true);
    }
    return conclude();
  }

 private:
  // Bounds the domains; those that are not proven wait, and leaves that cannot be split are given up.
  void bound(std::vector<Domain>& domains, int steps, bool keep_bound) {
    if (domains.empty()) return;
    const std::vector<Reached> reached = ascent_.raise(domains, steps, keep_bound);
    outcome_.domains += std::ssize(domains);
    look_for_counterexample(reached);
    const std::vector<bool> proven = proof_.proven(domains, ascent_.multipliers());
    std::vector<Domain> leaves;
    for (std::size_t k = 0; k < domains.size(); ++k) {
      if (proven[k]) continue;
      domains[k].number = made_++;
      if (domains[k].branch >= 0) {
        waiting_.push(std::move(domains[k]));
      } else {
        leaves.push_back(std::move(domains[k]));
      }
    }
    if (!leaves.empty()) finish_leaves(std::move(leaves));
  }

  // With nothing left to split the dual bound is exact at its best multipliers: raise it for longer, in
  // rounds that begin with long steps again.
  void finish_leaves(std::vector<Domain> leaves) {
    for (int round = 0; round < rounds_of_leaf && !leaves.empty() && !found_; ++round) {
      const std::vector<Reached> reached = ascent_.raise(leaves, steps_of_leaf, false);
      look_for_counterexample(reached);
      const std::vector<bool> proven = proof_.proven(leaves, ascent_.multipliers());
      std::vector<Domain> left;
      for (std::size_t k = 0; k < leaves.size(); ++k) {
        if (!proven[k]) left.push_back(std::move(leaves[k]));
      }
      leaves = std::move(left);
    }
    given_up_ = given_up_ || !leaves.empty();
  }

  void look_for_counterexample(const std::vector<Reached>& reached) {
    for (std::size_t k = 0; k < reached.size() && !found_ && attempts_ < most_refutation_attempts; ++k) {
      if (!(reached[k].margin < 0)) continue;
      ++attempts_;
      found_ = first_counterexample(
          sample_, ascent_.worst_inputs().col(static_cast<Index>(k)).head(sample_.at.size()).cast<double>());
    }
  }

  std::vector<Domain> split_most_urgent() {
    std::vector<Domain> children;
    while (!waiting_.empty() && children.size() < 2 * domains_at_once) {
      const Domain parent = waiting_.top();
      waiting_.pop();
      for (const std::int8_t sign : {std::int8_t{1}, std::int8_t{-1}}) {
        Domain child = parent;
        child.sign[static_cast<std::size_t>(parent.branch)] = sign;
        child.beta[static_cast<std::size_t>(parent.branch)] = 0;
        children.push_back(std::move(child));
      }
    }
    return children;
  }

  SearchOutcome conclude() {
    if (found_) {
      outcome_.kind = SearchOutcome::Kind::attacked;
      outcome_.counterexample = *found_;
    } else if (waiting_.empty() && !given_up_) {
      outcome_.kind = SearchOutcome::Kind::certified;
    }
    return outcome_;
  }

  const OpenSample& sample_;
  DualAscent ascent_;
  DomainProof proof_;
  const std::function<void()>& between_;
  std::priority_queue<Domain, std::vector<Domain>, LessUrgent> waiting_;
  std::optional<Vector> found_;
  SearchOutcome outcome_;
  Index made_ = 0;
  Index attempts_ = 0;
  bool given_up_ = false;
};

}  // namespace

SearchOutcome search(const OpenSample& sample, Index most_domains, std::uint64_t seed,
                     const std::function<void()>& between) {
  const ReducedSystem reduced = reduced_system(sample.system, sample.boxes, sample.bounds, 0, sample.pairs);
  if (const auto found = vertex_attack(sample, reduced, seed)) {
    return {SearchOutcome::Kind::attacked, *found, 0};
  }
  if (most_domains == 0 || !sample.system.piecewise_linear) return {};
  return Search(sample, reduced, between).run(most_domains);
}

}  // namespace simplicit
