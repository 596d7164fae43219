#include "evaluate/decisions.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/attack.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// V (p x k) brought into the boxes of epsilon (k) around U, and into the range of the inputs if there is one.
void project(const AttackedSamples& samples, const Vector& epsilon, Matrix& V) {
  const Perturbation& perturbation = samples.perturbation;
  for (Index j = 0; j < V.cols(); ++j) {
    const auto u = samples.U.col(j).array();
    const auto half_width = epsilon[j] * perturbation.half_width.array();
    V.col(j) = V.col(j).array().max(u - half_width).min(u + half_width);
    if (!perturbation.range) continue;
    V.col(j) = V.col(j).cwiseMax(perturbation.range->lower).cwiseMin(perturbation.range->upper);
  }
}

// What epsilon (k) times `length` moves every input by, along the signs of `ascent` (p x k).
Matrix moves(const AttackedSamples& samples, const Matrix& ascent, const Vector& epsilon, double length) {
  return length * (samples.perturbation.half_width.asDiagonal() * ascent.cwiseSign() * epsilon.asDiagonal());
}

// The samples still in play, side by side.
struct Pending {
  std::vector<Index> place;  ///< of each in the whole block
  Matrix U, V;               ///< (p x k) the inputs and the points reached
  std::vector<int> labels;
  Vector epsilon;

  [[nodiscard]] AttackedSamples samples(const Perturbation& perturbation) const {
    return {U, labels, perturbation};
  }

  // Keeps the samples whose decision is still right.
  void keep_right(const Matrix& Y) {
    const std::vector<int> decided = decisions(Y);
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
      ++kept;
    }
    shrink(kept);
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

// Samples leave once they are led astray; their columns of `ascent` leave with them.
Matrix columns_at(const Matrix& M, const std::vector<Index>& before, const std::vector<Index>& after) {
  Matrix chosen(M.rows(), std::ssize(after));
  Index column = 0;
  for (std::size_t k = 0; k < before.size() && column < chosen.cols(); ++k) {
    if (before[k] == after[static_cast<std::size_t>(column)]) {
      chosen.col(column++) = M.col(static_cast<Index>(k));
    }
  }
  return chosen;
}

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
  Matrix V = samples.U + moves(samples, ascent, epsilon, 1);
  project(samples, epsilon, V);
  return V;
}

std::vector<bool> withstands_pgd(const Classifier& classifier, const AttackedSamples& samples,
                                 const Vector& epsilon, const PgdSettings& settings) {
  Pending pending{{}, samples.U, samples.U, {samples.labels.begin(), samples.labels.end()}, epsilon};
  for (Index k = 0; k < samples.U.cols(); ++k) pending.place.push_back(k);
  for (int step = 0; step < settings.steps && !pending.place.empty(); ++step) {
    const OutputsAndAscent at = classifier.ascent(pending.V, pending.labels);
    const std::vector<Index> before = pending.place;
    pending.keep_right(at.Y);
    const Matrix ascent = columns_at(at.ascent, before, pending.place);
    const AttackedSamples left = pending.samples(samples.perturbation);
    pending.V += moves(left, ascent, pending.epsilon, settings.step);
    project(left, pending.epsilon, pending.V);
  }
  if (!pending.place.empty()) pending.keep_right(classifier.outputs(pending.V));
  std::vector<bool> withstands(samples.labels.size(), false);
  for (const Index k : pending.place) withstands[static_cast<std::size_t>(k)] = true;
  return withstands;
}

}  // namespace simplicit
