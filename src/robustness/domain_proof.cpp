#include "robustness/domain_proof.hpp"

namespace simplicit {
namespace {

// The sample's region for every domain, its split states cut at zero.
template <class Scalar>
Regions<Scalar> regions_of_domains(const Regions<Scalar>& whole, const ReducedSystem& reduced,
                                   std::span<const Domain> domains, const std::vector<std::size_t>& which) {
  constexpr Scalar infinite = std::numeric_limits<Scalar>::infinity();
  const auto count = static_cast<Index>(which.size());
  Regions<Scalar> regions;
  regions.lower = whole.lower.replicate(1, count);
  regions.upper = whole.upper.replicate(1, count);
  regions.phi_lower = whole.phi_lower.replicate(1, count);
  regions.phi_upper = whole.phi_upper.replicate(1, count);
  regions.kink = whole.kink.replicate(1, count);
  regions.magnitude = whole.magnitude.replicate(1, count);
  regions.largest = whole.largest.replicate(count, 1);
  for (Index lane = 0; lane < count; ++lane) {
    const Domain& domain = domains[which[static_cast<std::size_t>(lane)]];
    for (std::size_t i = 0; i < domain.sign.size(); ++i) {
      const Index state = reduced.undecided[i];
      if (domain.sign[i] == 0) continue;
      regions.kink(state, lane) = infinite;
      (domain.sign[i] > 0 ? regions.lower : regions.upper)(state, lane) = 0;
      (domain.sign[i] > 0 ? regions.phi_lower : regions.phi_upper)(state, lane) = 0;
    }
  }
  return regions;
}

}  // namespace

DomainProof::DomainProof(const OpenSample& sample, const ReducedSystem& reduced)
    : sample_(sample), reduced_(reduced), single_(parts<float>()), exact_(parts<double>()) {}

template <class Scalar>
DomainProof::Parts<Scalar> DomainProof::parts() const {
  const OpenSample& s = sample_;
  return {regions_of<Scalar>(s.system, s.boxes, s.driven, s.bounds),
          margin_lanes<Scalar>(s.system, s.boxes, s.bounds, s.pairs)};
}

template <class Scalar>
std::vector<bool> DomainProof::proven_in(const Parts<Scalar>& parts, std::span<const Domain> domains,
                                         const Columns<float>& V,
                                         const std::vector<std::size_t>& which) const {
  const System& system = sample_.system;
  const auto count = static_cast<Index>(which.size());
  Lanes<Scalar> lanes;
  lanes.c.resize(system.padded_states, count);
  if (parts.margins.d.size() > 0) lanes.d.resize(system.padded_inputs, count);
  lanes.head.resize(count);
  lanes.V.resize(system.padded_states, count);
  Vector whole(system.padded_states);
  for (Index lane = 0; lane < count; ++lane) {
    const std::size_t domain = which[static_cast<std::size_t>(lane)];
    const Index pair = domains[domain].pair;
    lanes.column.push_back(lane);
    lanes.c.col(lane) = parts.margins.c.col(pair);
    if (lanes.d.size() > 0) lanes.d.col(lane) = parts.margins.d.col(pair);
    lanes.head[lane] = parts.margins.head[pair];
    reduced_.lifted(V.col(static_cast<Index>(domain)), pair, whole);
    lanes.V.col(lane) = whole.cast<Scalar>();
  }
  complete_adjoint(system, lanes);
  const DualBounds bounds =
      dual_bounds(system, regions_of_domains(parts.region, reduced_, domains, which), sample_.boxes, lanes);
  std::vector<bool> proven;
  for (Index lane = 0; lane < count; ++lane) proven.push_back(bounds.proven(lane) > 0);
  return proven;
}

std::vector<bool> DomainProof::proven(std::span<const Domain> domains, const Columns<float>& V) const {
  std::vector<bool> result(domains.size(), false);
  std::vector<std::size_t> which;
  for (std::size_t k = 0; k < domains.size(); ++k) {
    if (domains[k].bound > 0) which.push_back(k);
  }
  if (which.empty()) return result;
  const std::vector<bool> in_single = proven_in(single_, domains, V, which);
  std::vector<std::size_t> left;
  for (std::size_t k = 0; k < which.size(); ++k) {
    result[which[k]] = in_single[k];
    if (!in_single[k]) left.push_back(which[k]);
  }
  if (left.empty()) return result;
  const std::vector<bool> in_double = proven_in(exact_, domains, V, left);
  for (std::size_t k = 0; k < left.size(); ++k) result[left[k]] = in_double[k];
  return result;
}

}  // namespace simplicit
