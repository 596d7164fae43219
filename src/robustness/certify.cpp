#include "robustness/branch_and_bound.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/robustness/certify.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace simplicit {
namespace {

constexpr double radius_accuracy = 0.01;
constexpr double first_radius = 0.01;
constexpr double largest_radius = 1e6;
constexpr double smallest_radius = 1e-9;

constexpr std::array<std::pair<const char*, CertifyLevel>, 3> level_names{
    {{"interval", CertifyLevel::interval}, {"linear", CertifyLevel::linear}, {"exact", CertifyLevel::exact}}};

// The bounds of a block of samples, as far as they were needed.
struct BlockBounds {
  InputBoxes boxes;
  DrivenBounds driven;
  StateBounds bounds;
  std::vector<RobustStatus> status;
  std::vector<ClassPair> pairs;  ///< margins of the open samples that are not proven
};

// Whether the largest computed output, the first among equals, is the label's.
bool decided_rightly(const Matrix& Y, Index sample, int label) {
  Index decision = 0;
  Y.col(sample).maxCoeff(&decision);
  return decision == label;
}

// The columns of some samples.
InputBoxes boxes_at(const InputBoxes& boxes, const std::vector<Index>& columns) {
  InputBoxes some;
  some.centre = boxes.centre(Eigen::all, columns);
  some.radius = boxes.radius(Eigen::all, columns);
  some.largest = boxes.largest(Eigen::all, columns);
  some.centre_single = boxes.centre_single(Eigen::all, columns);
  some.radius_single = boxes.radius_single(Eigen::all, columns);
  return some;
}

DrivenBounds driven_at(const DrivenBounds& driven, const std::vector<Index>& columns) {
  return {driven.centre(Eigen::all, columns), driven.radius(Eigen::all, columns),
          driven.magnitude(Eigen::all, columns)};
}

StateBounds bounds_at(const StateBounds& bounds, const std::vector<Index>& columns) {
  return {bounds.lower(Eigen::all, columns), bounds.upper(Eigen::all, columns)};
}

}  // namespace

CertifyLevel certify_level_from_name(const std::string& name) {
  for (const auto& [known, level] : level_names) {
    if (name == known) return level;
  }
  throw InputError("level '" + name + "' is none of interval, linear, exact");
}

std::string name_of(CertifyLevel level) {
  for (const auto& [name, known] : level_names) {
    if (level == known) return name;
  }
  SIMPLICIT_ASSERT(false, std::to_string(static_cast<int>(level)));
  return {};
}

struct Certifier::Impl {
  System system;
  Perturbation perturbation;
  CertifySettings settings;

  Impl(const ImplicitModel& model, Perturbation chosen_perturbation, const CertifySettings& chosen)
      : system(model), perturbation(std::move(chosen_perturbation)), settings(chosen) {}

  // Boxes and first bounds; the samples that are decided rightly are open so far.
  [[nodiscard]] BlockBounds begin(const Matrix& U, std::span<const int> labels, const Vector& epsilon) const;
  // Margins of the open samples that the interval bounds do not prove; samples without any are certified.
  void try_intervals(std::span<const int> labels, BlockBounds& block) const;
  // The same by linear relaxation, on open samples only; leaves `block` with their columns alone and returns
  // which they were.
  std::vector<Index> try_relaxation(BlockBounds& block) const;
  [[nodiscard]] std::vector<RobustStatus> by_bounds(const Matrix& U, std::span<const int> labels,
                                                    const Vector& epsilon) const;
  [[nodiscard]] RobustVerdict verdict(const Vector& u, int label, double epsilon,
                                      const std::function<void()>& between) const;
};

BlockBounds Certifier::Impl::begin(const Matrix& U, std::span<const int> labels,
                                   const Vector& epsilon) const {
  BlockBounds block;
  block.boxes = boxes_around(system, perturbation, U, epsilon);
  const Matrix inputs = padded_inputs_of(system, U);
  const Matrix Y = outputs_at(system, near_equilibria(system, inputs), inputs);
  block.driven = driven_bounds(system, block.boxes);
  block.bounds = first_bounds(system, block.driven);
  for (Index sample = 0; sample < U.cols(); ++sample) {
    const bool right = decided_rightly(Y, sample, labels[static_cast<std::size_t>(sample)]);
    block.status.push_back(right ? RobustStatus::open : RobustStatus::misclassified);
  }
  return block;
}

void Certifier::Impl::try_intervals(std::span<const int> labels, BlockBounds& block) const {
  sweep_interval(system, block.driven, state_magnitudes(system, block.driven, block.bounds), block.bounds);
  const Matrix margins =
      interval_margins(system, block.boxes, block.bounds, std::vector<int>(labels.begin(), labels.end()));
  for (std::size_t k = 0; k < block.status.size(); ++k) {
    const auto column = static_cast<Index>(k);
    if (block.status[k] != RobustStatus::open) continue;
    block.status[k] = RobustStatus::certified;
    for (Index other = 0; other < system.outputs; ++other) {
      if (margins(other, column) > 0) continue;
      block.status[k] = RobustStatus::open;
      block.pairs.push_back({column, labels[k], other});
    }
  }
}

std::vector<Index> Certifier::Impl::try_relaxation(BlockBounds& block) const {
  std::vector<Index> columns;
  std::vector<ClassPair> pairs;
  for (std::size_t k = 0; k < block.status.size(); ++k) {
    if (block.status[k] != RobustStatus::open) continue;
    const auto column = static_cast<Index>(k);
    const bool bounded =
        block.bounds.lower.col(column).allFinite() && block.bounds.upper.col(column).allFinite();
    if (bounded) columns.push_back(column);
  }
  for (const ClassPair& pair : block.pairs) {
    const auto place = std::ranges::find(columns, pair.column);
    if (place != columns.end()) pairs.push_back({place - columns.begin(), pair.label, pair.other});
  }
  block.boxes = boxes_at(block.boxes, columns);
  block.driven = driven_at(block.driven, columns);
  block.bounds = bounds_at(block.bounds, columns);
  block.pairs.clear();
  if (columns.empty()) return columns;
  tighten(system, block.boxes, block.driven, block.bounds);
  const std::vector<bool> proven = margins_proven(system, block.boxes, block.driven, block.bounds, pairs);
  for (const Index column : columns) block.status[static_cast<std::size_t>(column)] = RobustStatus::certified;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    if (proven[k]) continue;
    block.pairs.push_back(pairs[k]);
    block.status[static_cast<std::size_t>(columns[static_cast<std::size_t>(pairs[k].column)])] =
        RobustStatus::open;
  }
  return columns;
}

std::vector<RobustStatus> Certifier::Impl::by_bounds(const Matrix& U, std::span<const int> labels,
                                                     const Vector& epsilon) const {
  BlockBounds block = begin(U, labels, epsilon);
  try_intervals(labels, block);
  if (settings.level != CertifyLevel::interval) try_relaxation(block);
  return std::move(block.status);
}

RobustVerdict Certifier::Impl::verdict(const Vector& u, int label, double epsilon,
                                       const std::function<void()>& between) const {
  const std::array<int, 1> labels{label};
  BlockBounds block = begin(u, labels, Vector::Constant(1, epsilon));
  try_intervals(labels, block);
  if (block.status.front() != RobustStatus::open) return {block.status.front(), {}, 0};
  if (settings.level != CertifyLevel::interval && try_relaxation(block).empty()) return {};
  if (block.status.front() != RobustStatus::open) return {block.status.front(), {}, 0};
  if (!block.bounds.lower.allFinite() || !block.bounds.upper.allFinite()) return {};

  const OpenSample sample{system,
                          perturbation,
                          u,
                          epsilon,
                          label,
                          std::move(block.boxes),
                          std::move(block.driven),
                          std::move(block.bounds),
                          std::move(block.pairs)};
  const Index most_domains = settings.level == CertifyLevel::exact ? settings.most_domains : 0;
  SearchOutcome found = search(sample, most_domains, static_cast<std::uint64_t>(label), between);
  switch (found.kind) {
    case SearchOutcome::Kind::certified:
      return {RobustStatus::certified, {}, found.domains};
    case SearchOutcome::Kind::attacked:
      return {RobustStatus::attacked, std::move(found.counterexample), found.domains};
    case SearchOutcome::Kind::open:
      break;
  }
  return {RobustStatus::open, {}, found.domains};
}

Certifier::Certifier(const ImplicitModel& model, Perturbation perturbation, const CertifySettings& settings)
    : impl_(std::make_unique<Impl>(model, std::move(perturbation), settings)) {}
Certifier::~Certifier() = default;
Certifier::Certifier(Certifier&&) noexcept = default;

std::vector<RobustStatus> Certifier::by_bounds(const Matrix& U, std::span<const int> labels,
                                               const Vector& epsilon) const {
  SIMPLICIT_ASSERT(U.cols() == std::ssize(labels) && epsilon.size() == U.cols(), std::to_string(U.cols()));
  return impl_->by_bounds(U, labels, epsilon);
}

RobustVerdict Certifier::verdict(const Vector& u, int label, double epsilon,
                                 const std::function<void()>& between) const {
  const std::function<void()> nothing = [] {};
  return impl_->verdict(u, label, epsilon, between ? between : nothing);
}

double Certifier::radius(const Vector& u, int label, const Bracket& known,
                         const std::function<void()>& between) const {
  const auto certified = [&](double epsilon) {
    return verdict(u, label, epsilon, between).status == RobustStatus::certified;
  };
  double proven = known.certified;
  if (proven == 0) {
    if (!certified(smallest_radius)) return 0;
    proven = smallest_radius;
  }
  double missed = known.missed.value_or(std::max(first_radius, 2 * proven));
  while (!known.missed && missed < largest_radius && certified(missed)) {
    proven = missed;
    missed *= 2;
  }
  while (missed > (1 + radius_accuracy) * proven) {
    const double middle = missed > 4 * proven ? std::sqrt(proven * missed) : (proven + missed) / 2;
    (certified(middle) ? proven : missed) = middle;
  }
  return proven;
}

}  // namespace simplicit
