#include "robustness/dual_ascent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace simplicit {
namespace {

constexpr float alpha_rate = 0.4F;
constexpr float beta_rate = 0.3F;
constexpr float rate_factor = 0.85F;
constexpr float mean_memory = 0.9F;
constexpr float square_memory = 0.99F;
constexpr float relaxation_weight = 0.1F;  // in the choice of the state to split

// One step of Adam for a multiplier with this derivative.
struct Adam {
  float rate, mean_correction, square_correction;
  Adam(float first_rate, int number)
      : rate(first_rate * std::pow(rate_factor, static_cast<float>(number))),
        mean_correction(1 - std::pow(mean_memory, static_cast<float>(number + 1))),
        square_correction(1 - std::pow(square_memory, static_cast<float>(number + 1))) {}
  [[nodiscard]] float move(float derivative, float& mean, float& square) const {
    mean = mean_memory * mean + (1 - mean_memory) * derivative;
    square = square_memory * square + (1 - square_memory) * derivative * derivative;
    if (!(square > 0)) return 0;
    return rate * (mean / mean_correction) / std::sqrt(square / square_correction);
  }
};

}  // namespace

DualAscent::DualAscent(const System& system, const ReducedSystem& reduced)
    : system_(system), reduced_(reduced), slope_(static_cast<float>(system.slope)) {
  set_scales();
}

Domain DualAscent::whole(Index pair) const {
  const auto u = static_cast<std::size_t>(reduced_.size());
  Domain domain;
  domain.pair = pair;
  domain.bound = -std::numeric_limits<float>::infinity();
  domain.sign.assign(u, 0);
  domain.beta.assign(u, 0);
  for (Index i = 0; i < reduced_.size(); ++i) {
    domain.alpha.push_back(reduced_.upper[i] > -reduced_.lower[i] ? 1 : slope_);
  }
  return domain;
}

// The unit of beta_i is M / (upper_i - lower_i), with M = sum |g_i| t_i over the whole box.
void DualAscent::set_scales() {
  std::vector<Domain> roots;
  for (Index pair = 0; pair < reduced_.c.cols(); ++pair) roots.push_back(whole(pair));
  scale_ = Columns<float>::Ones(reduced_.size(), reduced_.c.cols());
  if (roots.empty() || reduced_.size() == 0) return;
  load(roots);
  solve_adjoint();
  for (Index pair = 0; pair < lanes_; ++pair) {
    const float size =
        std::max(G_.col(pair).cwiseAbs().dot(lift_.col(pair)), std::numeric_limits<float>::min());
    scale_.col(pair) = size / (reduced_.upper - reduced_.lower).array();
  }
}

void DualAscent::load(std::span<const Domain> domains) {
  const Index u = reduced_.size();
  lanes_ = std::ssize(domains);
  pair_.clear();
  for (Columns<float>* part : {&sign_, &lower_, &upper_, &negative_, &lift_, &alpha_, &beta_, &c_}) {
    part->resize(u, lanes_);
  }
  for (Columns<float>* part : {&alpha_mean_, &alpha_square_, &beta_mean_, &beta_square_, &V_}) {
    part->setZero(u, lanes_);
  }
  d_.resize(reduced_.d.rows(), lanes_);
  U_.resize(reduced_.d.rows(), lanes_);
  best_V_.resize(u, lanes_);
  best_.setConstant(lanes_, -std::numeric_limits<float>::infinity());
  for (Index lane = 0; lane < lanes_; ++lane) {
    const Domain& domain = domains[static_cast<std::size_t>(lane)];
    pair_.push_back(domain.pair);
    c_.col(lane) = reduced_.c.col(domain.pair);
    d_.col(lane) = reduced_.d.col(domain.pair);
    for (Index i = 0; i < u; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const float sign = domain.sign[k];
      const float lower = sign > 0 ? 0 : reduced_.lower[i];
      const float upper = sign < 0 ? 0 : reduced_.upper[i];
      sign_(i, lane) = sign;
      lower_(i, lane) = lower;
      upper_(i, lane) = upper;
      alpha_(i, lane) = sign > 0 ? 1 : sign < 0 ? slope_ : domain.alpha[k];
      beta_(i, lane) = domain.beta[k];
      negative_(i, lane) = sign > 0 ? 1 : sign < 0 ? slope_ : (upper - slope_ * lower) / (upper - lower);
      lift_(i, lane) = sign != 0 ? 0 : -(1 - slope_) * lower * upper / (upper - lower);
    }
  }
}

void DualAscent::solve_adjoint() {
  for (int sweep = 0; sweep < reduced_.sweeps; ++sweep) {
    G_ = c_;
    add_product(true, reduced_.A, V_, G_);
    for (Index lane = 0; lane < lanes_; ++lane) {
      for (Index i = 0; i < G_.rows(); ++i) {
        const float g = G_(i, lane);
        V_(i, lane) = g * (g < 0 ? negative_(i, lane) : alpha_(i, lane)) -
                      sign_(i, lane) * beta_(i, lane) * scale_(i, pair_[static_cast<std::size_t>(lane)]);
      }
    }
  }
}

void DualAscent::bound_from_inputs(std::vector<Reached>& reached) {
  W_ = d_;
  add_product(true, reduced_.B, V_, W_);
  for (Index lane = 0; lane < lanes_; ++lane) {
    const WorstInput worst = worst_input(W_.col(lane).data(), d_.col(lane).data(), reduced_.centre.data(),
                                         reduced_.radius.data(), U_.col(lane).data(), W_.rows());
    const auto bound = static_cast<float>(worst.least) + G_.col(lane).cwiseMin(0).dot(lift_.col(lane));
    auto& at = reached[static_cast<std::size_t>(lane)];
    at.margin = static_cast<float>(worst.direct);
    if (bound > best_[lane]) {
      best_[lane] = bound;
      best_V_.col(lane) = V_.col(lane);
    }
    at.bound = best_[lane];
  }
}

void DualAscent::solve_states() {
  S_.setZero(reduced_.size(), lanes_);
  add_product(false, reduced_.B, U_, S_);
  X_.setZero(reduced_.size(), lanes_);
  for (int sweep = 0; sweep < reduced_.sweeps; ++sweep) {
    Z_ = S_;
    add_product(false, reduced_.A, X_, Z_);
    for (Index lane = 0; lane < lanes_; ++lane) {
      for (Index i = 0; i < Z_.rows(); ++i) {
        const bool above = G_(i, lane) < 0;
        X_(i, lane) =
            (above ? negative_(i, lane) : alpha_(i, lane)) * Z_(i, lane) + (above ? lift_(i, lane) : 0);
      }
    }
  }
}

// The reduced model itself at the worst inputs, which may be counterexamples.
void DualAscent::margins_at_worst(std::vector<Reached>& reached) {
  Columns<float> X = Columns<float>::Zero(reduced_.size(), lanes_);
  for (int sweep = 0; sweep < reduced_.sweeps; ++sweep) {
    Columns<float> Z = S_;
    add_product(false, reduced_.A, X, Z);
    X = Z.cwiseMax(slope_ * Z);
  }
  for (Index lane = 0; lane < lanes_; ++lane) {
    reached[static_cast<std::size_t>(lane)].margin += c_.col(lane).dot(X.col(lane));
  }
}

void DualAscent::step(int number) {
  const Adam of_alpha(alpha_rate, number);
  const Adam of_beta(beta_rate, number);
  for (Index lane = 0; lane < lanes_; ++lane) {
    for (Index i = 0; i < Z_.rows(); ++i) {
      if (sign_(i, lane) == 0) {
        const float derivative = G_(i, lane) > 0 ? G_(i, lane) * Z_(i, lane) : 0;
        const float moved =
            alpha_(i, lane) + of_alpha.move(derivative, alpha_mean_(i, lane), alpha_square_(i, lane));
        alpha_(i, lane) = std::clamp(moved, slope_, 1.0F);
      } else {
        const float derivative =
            -sign_(i, lane) * Z_(i, lane) * scale_(i, pair_[static_cast<std::size_t>(lane)]);
        const float moved =
            beta_(i, lane) + of_beta.move(derivative, beta_mean_(i, lane), beta_square_(i, lane));
        beta_(i, lane) = std::max(moved, 0.0F);
      }
    }
  }
}

void DualAscent::choose_branches(std::span<Domain> domains) const {
  for (Index lane = 0; lane < lanes_; ++lane) {
    Domain& domain = domains[static_cast<std::size_t>(lane)];
    float best = -1;
    domain.branch = -1;
    for (Index i = 0; i < Z_.rows(); ++i) {
      if (sign_(i, lane) != 0) continue;
      const float z = Z_(i, lane);
      const float gap = std::abs(X_(i, lane) - std::max(z, slope_ * z));
      const float score = std::abs(G_(i, lane)) * (gap + relaxation_weight * lift_(i, lane));
      if (score > best) {
        best = score;
        domain.branch = i;
      }
    }
  }
}

void DualAscent::store(std::span<Domain> domains) const {
  for (Index lane = 0; lane < lanes_; ++lane) {
    Domain& domain = domains[static_cast<std::size_t>(lane)];
    for (Index i = 0; i < alpha_.rows(); ++i) {
      domain.beta[static_cast<std::size_t>(i)] = beta_(i, lane);
      if (sign_(i, lane) == 0) domain.alpha[static_cast<std::size_t>(i)] = alpha_(i, lane);
    }
  }
}

std::vector<Reached> DualAscent::raise(std::span<Domain> domains, int steps, bool keep_bound) {
  load(domains);
  std::vector<Reached> reached(domains.size());
  for (int number = 0; number < steps; ++number) {
    solve_adjoint();
    bound_from_inputs(reached);
    solve_states();
    if (number + 1 == steps) choose_branches(domains);
    step(number);
  }
  margins_at_worst(reached);
  store(domains);
  for (std::size_t k = 0; k < domains.size(); ++k) {
    domains[k].bound = keep_bound ? std::max(domains[k].bound, reached[k].bound) : reached[k].bound;
  }
  return reached;
}

}  // namespace simplicit
