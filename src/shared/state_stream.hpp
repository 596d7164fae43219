#pragma once

#include "shared/own_samples.hpp"
#include <simplicit/layers/graph_run.hpp>
#include <simplicit/layers/layered_network.hpp>

#include <map>
#include <string>
#include <vector>

namespace simplicit {

/// Which tensors a network's layers need one after the other, so that no more are kept than that.
class StagePlan {
 public:
  explicit StagePlan(const LayeredNetwork& network);

  /// What layer l is computed from and stored for it: the inputs of its operators.
  [[nodiscard]] std::vector<std::string> inputs(std::size_t layer) const;
  /// Stored tensors that no later layer needs, after `layer` is done.
  [[nodiscard]] const std::vector<std::string>& dropped(std::size_t layer) const { return dropped_[layer]; }
  /// Numbers a sample that are stored at once, at most, without the inputs U.
  [[nodiscard]] Index most_entries() const { return most_entries_; }

 private:
  const LayeredNetwork& network_;
  std::vector<std::vector<std::string>> dropped_;
  Index most_entries_ = 0;
};

/// Computes the states of a network on the samples of one rank, layer after layer, from those of the layers
/// before, and keeps those that later layers need. Between two layers the network's weights may change.
class StateStream {
 public:
  StateStream(const OwnSamples& samples, const StagePlan& plan, std::string path);

  /// Computes and keeps the inputs of layer l's operators, by the weights that `network` has.
  void prepare(const LayeredNetwork& network, std::size_t layer);
  /// Of prepared layers: the tensor's own numbers, padded samples included.
  [[nodiscard]] const float* tensor(const std::string& name) const;
  /// Any tensors that follow from what is kept, computed batch by batch: visit(first sample, arrays).
  template <class Visit>
  void compute(const LayeredNetwork& network, const std::vector<std::string>& wanted,
               const Visit& visit) const {
    compute(
        network, wanted, [](Index) { return true; }, visit);
  }
  /// The same of those batches alone whose first sample is_wanted(first sample) asks for.
  template <class IsWanted, class Visit>
  void compute(const LayeredNetwork& network, const std::vector<std::string>& wanted,
               const IsWanted& is_wanted, const Visit& visit) const {
    std::vector<std::string> given;
    std::vector<const float*> sources;
    std::vector<Index> entries;
    list_sources(network, given, sources, entries);
    GraphRun run(network, given, wanted, samples_.batch, path_);
    for (Index first = 0; first < samples_.padded(); first += samples_.batch) {
      if (!is_wanted(first)) continue;
      std::vector<const float*> from;
      for (std::size_t i = 0; i < sources.size(); ++i) from.push_back(sources[i] + first * entries[i]);
      visit(first, run.run(from));
    }
  }
  /// What is kept, the network's input, and `besides`.
  [[nodiscard]] std::vector<std::string> names(const LayeredNetwork& network,
                                               const std::string& besides) const;
  /// Forgets what no layer after this one needs.
  void finish(std::size_t layer);

 private:
  void list_sources(const LayeredNetwork& network, std::vector<std::string>& given,
                    std::vector<const float*>& sources, std::vector<Index>& entries) const;

  const OwnSamples& samples_;
  const StagePlan& plan_;
  std::string path_;
  std::string input_;
  std::map<std::string, std::vector<float>> stored_;
};

}  // namespace simplicit
