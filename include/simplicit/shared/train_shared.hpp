#pragma once

#include <simplicit/model/shared_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/shared/plan_shared.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace simplicit {

/// The result of training with shared rows.
struct SharedOutcome {
  SharedModel model;
  Index rows = 0;
  Index solved = 0;
  Index resumed_layers = 0;  ///< taken from a journal
  double max_relative_gap = 0;
  SharedRunRecord record;  ///< what it took, for plans; the seconds of root count
  nlohmann::json report;   ///< on root; see docs/files.md
};

/// Trains a network layer after layer with one row per channel, shared by all positions, and writes the model
/// (collective; the same bits at any number of ranks). With settings.keep the cheapest weights leave: prices
/// on the network's own states, times how much its decisions depend on each channel, and what they lose when
/// a layer alone loses weights, give every layer its share; then, layer after layer on the states that the
/// model so far reaches, prices again, and an exact refit of what stays. With a penalty every row is the
/// convex problem on the network's own states. Throws InputError on bad settings or files before any work,
/// and Error(ExitCode::interrupted) when a signal stopped it.
[[nodiscard]] SharedOutcome train_shared(const Communicator& ranks, const TrainSettings& settings,
                                         const std::string& command_line);

/// Trains one model for each of `of_models`, which differ in keep or in the penalty alone, on samples and
/// prices that are read and computed once; `trained` is called on all ranks with the number of every model
/// and the model as soon as it is there, on the first `header.samples` samples of their file (collective;
/// each has the bits that train_shared gives it). Nothing is written. Throws as train_shared does.
void train_shared_each(const Communicator& ranks, const std::vector<TrainSettings>& of_models,
                       const StatesHeader& header,
                       const std::function<void(std::size_t, SharedOutcome)>& trained);

/// The same for a person: a line a layer and the sums.
[[nodiscard]] std::string shared_table(const SharedOutcome& outcome, const std::string& out);

}  // namespace simplicit
