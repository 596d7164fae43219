#pragma once

#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/states/store.hpp>

namespace simplicit {

/// How a model does on samples that were held out, against the baseline's records.
struct HeldOutScore {
  double agreement = 0;     ///< share of samples on which model and baseline decide alike
  double state_error = 0;   ///< relative Frobenius error of the states the model reaches
  double output_error = 0;  ///< relative Frobenius error of its outputs
};

/// Overwrites the states of the store with those the model itself reaches on the store's inputs (collective;
/// each node computes all samples of its own copy, shared among its ranks).
void regenerate_states(const Communicator& ranks, const FixedPoint& fixed_point, StateStore& store);

/// Scores the model on a store of held-out samples, which stays as it is (collective; the same numbers on
/// all ranks and at any number of them). Decisions are the largest outputs; with one output agreement is 1.
[[nodiscard]] HeldOutScore score_held_out(const Communicator& ranks, const FixedPoint& fixed_point,
                                          const StateStore& store);

}  // namespace simplicit
