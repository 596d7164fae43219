#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/robustness/perturbation.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace simplicit {

/// How hard a proof is tried for, each level with all before it.
enum class CertifyLevel {
  interval,  ///< interval fixed point
  linear,    ///< linear relaxation through the adjoint (CROWN)
  exact      ///< branch and bound over the signs of states
};
/// "interval", "linear", "exact"; throws InputError naming the three on anything else.
[[nodiscard]] CertifyLevel certify_level_from_name(const std::string& name);
[[nodiscard]] std::string name_of(CertifyLevel level);

/// What is known of a sample at one epsilon. The numbers are those of certificates files.
enum class RobustStatus : std::int8_t {
  misclassified = 0,
  certified = 1,  ///< decided rightly, and provably so over the whole box
  attacked = 2,   ///< decided rightly, but a counterexample is known
  open = 3
};

struct CertifySettings {
  CertifyLevel level = CertifyLevel::exact;
  Index most_domains = 30000;  ///< a sample and epsilon may be cut into by branch and bound
};

/// The answer for one sample at one epsilon.
struct RobustVerdict {
  RobustStatus status = RobustStatus::open;
  Vector counterexample;  ///< (p) where attacked
  Index domains = 0;      ///< branch and bound took
};

/// What is known of a radius before it is looked for.
struct Bracket {
  double certified = 0;          ///< 0: nothing
  std::optional<double> missed;  ///< not certified there
};

/// Certifies samples of one model against perturbations of their inputs (bounds and their proofs: see
/// src/robustness). Every "certified" holds in exact arithmetic for the stored numbers of the model and the
/// input as given; rounding is accounted for.
class Certifier {
 public:
  /// Throws InputError when no unique equilibrium can be proven.
  Certifier(const ImplicitModel& model, Perturbation perturbation, const CertifySettings& settings);
  ~Certifier();
  Certifier(Certifier&&) noexcept;

  /// By the bounds alone, for a block of samples U (p x k) with labels (k), each at its own epsilon (k):
  /// misclassified, certified or open. The bits of an answer depend on the block.
  [[nodiscard]] std::vector<RobustStatus> by_bounds(const Matrix& U, std::span<const int> labels,
                                                    const Vector& epsilon) const;

  /// One sample u (p): the bounds, then an attack, then branch and bound, as far as the level goes. `between`
  /// is called often and may throw Abandoned.
  [[nodiscard]] RobustVerdict verdict(const Vector& u, int label, double epsilon,
                                      const std::function<void()>& between = {}) const;

  /// The largest epsilon found, by bisection to 1 %, at which the sample is certified; 0 for a misclassified
  /// one.
  [[nodiscard]] double radius(const Vector& u, int label, const Bracket& known = {},
                              const std::function<void()>& between = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
