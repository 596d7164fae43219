#pragma once

#include "robustness/domain.hpp"
#include "robustness/reduction.hpp"

#include <span>

namespace simplicit {

/// What the ascent reached for one domain.
struct Reached {
  float bound = 0;   ///< the largest F on the way, as computed
  float margin = 0;  ///< of the reduced model itself at the worst input below
};

/// Raises the dual bounds of a batch of domains on a reduced system, in single precision.
///
/// v_i = s_i g_i - sign_i beta_i with g = c + A^T v, where s_i = alpha_i for a state that is not split and
/// g_i >= 0, and beta_i >= 0 holds a split state to its sign (beta-CROWN, Wang et al., arXiv 2103.06624).
/// With u* the input where F takes its value and z the relaxed states there, dF/dalpha_i = g_i z_i and
/// dF/dbeta_i = -sign_i z_i; the steps are those of Adam.
class DualAscent {
 public:
  DualAscent(const System& system, const ReducedSystem& reduced);

  /// Steps from the multipliers of the domains, which are replaced; fills `bound` (never below what it was,
  /// for `keep_bound`) and `branch`. One result a domain.
  std::vector<Reached> raise(std::span<Domain> domains, int steps, bool keep_bound);
  /// The v_U (u x domains) of the best bounds, and the worst inputs (padded inputs x domains) reached last.
  [[nodiscard]] const Columns<float>& multipliers() const { return best_V_; }
  [[nodiscard]] const Columns<float>& worst_inputs() const { return U_; }
  /// A domain without splits.
  [[nodiscard]] Domain whole(Index pair) const;

 private:
  void load(std::span<const Domain> domains);
  void solve_adjoint();
  void bound_from_inputs(std::vector<Reached>& reached);
  void solve_states();
  void margins_at_worst(std::vector<Reached>& reached);
  void step(int number);
  void choose_branches(std::span<Domain> domains) const;
  void store(std::span<Domain> domains) const;
  void set_scales();

  const System& system_;
  const ReducedSystem& reduced_;
  float slope_;
  Index lanes_ = 0;
  std::vector<Index> pair_;
  Columns<float> scale_;  ///< (u x pairs) units of beta
  Columns<float> sign_, lower_, upper_, negative_, lift_, alpha_, beta_, c_, d_;
  Columns<float> alpha_mean_, alpha_square_, beta_mean_, beta_square_;
  Columns<float> G_, V_, best_V_, W_, U_, S_, Z_, X_;
  Eigen::VectorXf best_;
};

}  // namespace simplicit
