#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/model/shared_model.hpp>

#include <string>

namespace simplicit {

/// Memory that expanded() takes, about, and how large the result becomes.
struct ExpansionSize {
  Index states = 0;
  double nonzeros = 0;
  double bytes = 0;
};

/// Throws InputError naming `path` and the reason when the network is no model of this form.
[[nodiscard]] ExpansionSize expansion_size(const SharedModel& model, const std::string& path);

/// A model with shared rows written out: its rows repeated at every position, as A, B, C, D with a bias
/// column. The bound on ‖A‖∞ does not hold for it (kappa is infinite); its equilibrium exists because A is
/// strictly upper triangular. No certificates: those of the shared rows stand in `model`. Throws InputError
/// naming `path`, where the network is no such model and where the memory does not suffice.
[[nodiscard]] ImplicitModel expanded(const SharedModel& model, const std::string& path);

}  // namespace simplicit
