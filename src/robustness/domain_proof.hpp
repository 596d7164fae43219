#pragma once

#include "robustness/domain.hpp"
#include "robustness/open_sample.hpp"
#include "robustness/reduction.hpp"

#include <span>

namespace simplicit {

/// Proves the margins of domains on the model as stored, from multipliers found on its reduced form.
class DomainProof {
 public:
  DomainProof(const OpenSample& sample, const ReducedSystem& reduced);

  /// Whether the dual bound of each domain exceeds what it may be off by; V (u x domains) are the multipliers
  /// of the undecided states. Single precision first, double where that is not enough.
  [[nodiscard]] std::vector<bool> proven(std::span<const Domain> domains, const Columns<float>& V) const;

 private:
  template <class Scalar>
  struct Parts {
    Regions<Scalar> region;  ///< one column, of the sample
    Lanes<Scalar> margins;   ///< one lane a pair
  };
  template <class Scalar>
  [[nodiscard]] Parts<Scalar> parts() const;
  template <class Scalar>
  [[nodiscard]] std::vector<bool> proven_in(const Parts<Scalar>& parts, std::span<const Domain> domains,
                                            const Columns<float>& V,
                                            const std::vector<std::size_t>& which) const;

  const OpenSample& sample_;
  const ReducedSystem& reduced_;
  Parts<float> single_;
  Parts<double> exact_;
};

}  // namespace simplicit
