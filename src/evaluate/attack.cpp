#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/attack.hpp>

#include <algorithm>

namespace simplicit {
namespace {

/// v (p) <- what it becomes when moved along the signs of `ascent` (p) by `length` times epsilon, and then
/// brought into the box of epsilon around u (p), and into the range of the inputs if there is one.
void move(const double* u, const double* ascent, const Perturbation& allowed, double length, double epsilon,
          double* v) {
  for (Index i = 0; i < allowed.half_width.size(); ++i) {
    const double half_width = epsilon * allowed.half_width[i];
    const double along = ascent[i] > 0 ? length * half_width : ascent[i] < 0 ? -length * half_width : 0;
    v[i] = std::min(std::max(v[i] + along, u[i] - half_width), u[i] + half_width);
  }
  if (!allowed.range) return;
  for (Index i = 0; i < allowed.half_width.size(); ++i) {
    v[i] = std::min(std::max(v[i], allowed.range->lower[i]), allowed.range->upper[i]);
  }
}

// The samples still in play, side by side.
struct Pending {
  std::vector<Index> place;  ///< of each in the whole block
  Matrix U, V;               ///< (p x k) the inputs and the points reached
  std::vector<int> labels;
  Vector epsilon;

  // Keeps the samples whose decision is still right; returns which columns they were.
  std::vector<Index> keep_right(const Matrix& Y) {
    const std::vector<int> decided = decisions(Y);
    std::vector<Index> columns;
    Index kept = 0;
    for (std::size_t k = 0; k < decided.size(); ++k) {
      if (decided[k] != labels[k]) continue;
      const auto to = static_cast<std::size_t>(kept);
      const auto from = static_cast<Index>(k);
      place[to] = place[k];
      labels[to] = labels[k];
      epsilon[kept] = epsilon[from];
      if (kept != from) {
        U.col(kept) = U.col(from);
        V.col(kept) = V.col(from);
      }
      columns.push_back(from);
      ++kept;
    }
    shrink(kept);
    return columns;
  }

  // One step along the signs of the columns of `ascent` that belong to the samples kept.
  void move_along(const Matrix& ascent, const std::vector<Index>& columns, const Perturbation& allowed,
                  double length) {
    for (Index k = 0; k < V.cols(); ++k) {
      const double* const direction = ascent.col(columns[static_cast<std::size_t>(k)]).data();
      move(U.col(k).data(), direction, allowed, length, epsilon[k], V.col(k).data());
    }
  }

 private:
  void shrink(Index count) {
    place.resize(static_cast<std::size_t>(count));
    labels.resize(static_cast<std::size_t>(count));
    U.conservativeResize(Eigen::NoChange, count);
    V.conservativeResize(Eigen::NoChange, count);
    epsilon.conservativeResize(count);
  }
};

}  // namespace

Attack attack_from_name(const std::string& name) {
  if (name == "fgsm") return Attack::fgsm;
  if (name == "pgd") return Attack::pgd;
  throw InputError("attack '" + name + "' is neither fgsm nor pgd");
}

std::string name_of(Attack attack) {
  return attack == Attack::fgsm ? "fgsm" : "pgd";
}

Matrix fgsm(const AttackedSamples& samples, const Matrix& ascent, const Vector& epsilon) {
  Matrix V = samples.U;
  for (Index k = 0; k < V.cols(); ++k) {
    move(samples.U.col(k).data(), ascent.col(k).data(), samples.perturbation, 1, epsilon[k], V.col(k).data());
  }
  return V;
}

std::vector<bool> withstands_pgd(const Classifier& classifier, const AttackedSamples& samples,
                                 const Vector& epsilon, const PgdSettings& settings) {
  Pending pending{{}, samples.U, samples.U, {samples.labels.begin(), samples.labels.end()}, epsilon};
  for (Index k = 0; k < samples.U.cols(); ++k) pending.place.push_back(k);
  for (int step = 0; step < settings.steps && !pending.place.empty(); ++step) {
    const OutputsAndAscent at = classifier.ascent(pending.V, pending.labels);
    const std::vector<Index> kept = pending.keep_right(at.Y);
    pending.move_along(at.ascent, kept, samples.perturbation, settings.step);
  }
  if (!pending.place.empty()) pending.keep_right(classifier.outputs(pending.V));
  std::vector<bool> withstands(samples.labels.size(), false);
  for (const Index k : pending.place) withstands[static_cast<std::size_t>(k)] = true;
  return withstands;
}

}  // namespace simplicit
