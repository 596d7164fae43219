#include "shared/state_stream.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace simplicit {

StagePlan::StagePlan(const LayeredNetwork& network) : network_(network), dropped_(network.layers.size()) {
  std::vector<std::string> given{network.input};
  std::map<std::string, std::size_t> last_use;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    std::vector<std::string> wanted = inputs(l);
    for (const std::string& name : tensors_used(network, given, wanted)) last_use[name] = l;
    for (const std::string& name : wanted) {
      last_use[name] = l;
      if (std::find(given.begin(), given.end(), name) == given.end()) given.push_back(name);
    }
    std::vector<std::string> target{network.layers[l].target};
    for (const std::string& name : tensors_used(network, given, target)) last_use[name] = l;
  }
  std::set<std::string> live;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    for (const std::string& name : inputs(l)) {
      if (name != network.input) live.insert(name);
    }
    Index entries = 0;
    for (const std::string& name : live) entries += entries_of(network.shapes.at(name));
    most_entries_ = std::max(most_entries_, entries);
    for (auto name = live.begin(); name != live.end();) {
      if (last_use.at(*name) > l) {
        ++name;
        continue;
      }
      dropped_[l].push_back(*name);
      name = live.erase(name);
    }
  }
}

std::vector<std::string> StagePlan::inputs(std::size_t layer) const {
  std::vector<std::string> names;
  for (const std::size_t i : network_.layers[layer].operators) names.push_back(network_.operators[i].input);
  return names;
}

StateStream::StateStream(const OwnSamples& samples, const StagePlan& plan, std::string path)
    : samples_(samples), plan_(plan), path_(std::move(path)) {}

void StateStream::list_sources(const LayeredNetwork& network, std::vector<std::string>& given,
                               std::vector<const float*>& sources, std::vector<Index>& entries) const {
  given.push_back(network.input);
  sources.push_back(samples_.U.data());
  entries.push_back(network.inputs());
  for (const auto& [name, numbers] : stored_) {
    given.push_back(name);
    sources.push_back(numbers.data());
    entries.push_back(entries_of(network.shapes.at(name)));
  }
}

void StateStream::prepare(const LayeredNetwork& network, std::size_t layer) {
  input_ = network.input;
  std::vector<std::string> wanted;
  for (const std::string& name : plan_.inputs(layer)) {
    const bool known = name == network.input || stored_.contains(name) ||
                       std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    if (!known) wanted.push_back(name);
  }
  if (wanted.empty()) return;
  std::vector<std::vector<float>> numbers;
  std::vector<Index> entries;
  for (const std::string& name : wanted) {
    entries.push_back(entries_of(network.shapes.at(name)));
    numbers.emplace_back(static_cast<std::size_t>(entries.back() * samples_.padded()));
  }
  compute(network, wanted, [&](Index first, const std::vector<const float*>& arrays) {
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      const Index own = std::clamp<Index>(samples_.count - first, 0, samples_.batch);
      const bool finite = std::all_of(arrays[i], arrays[i] + own * entries[i],
                                      [](float number) { return std::isfinite(number); });
      if (!finite) {
        throw InputError(path_ + ": the network's states are not finite: tensor '" + wanted[i] +
                         "', samples from " + std::to_string(samples_.first + first) + " (counted from 0)");
      }
      std::copy_n(arrays[i], samples_.batch * entries[i], numbers[i].data() + first * entries[i]);
    }
  });
  for (std::size_t i = 0; i < wanted.size(); ++i) stored_[wanted[i]] = std::move(numbers[i]);
}

const float* StateStream::tensor(const std::string& name) const {
  const auto at = stored_.find(name);
  if (at != stored_.end()) return at->second.data();
  SIMPLICIT_ASSERT(name == input_, name);
  return samples_.U.data();
}

std::vector<std::string> StateStream::names(const LayeredNetwork& network, const std::string& besides) const {
  std::vector<std::string> names{besides, network.input};
  for (const auto& [name, numbers] : stored_) names.push_back(name);
  return names;
}

void StateStream::finish(std::size_t layer) {
  for (const std::string& name : plan_.dropped(layer)) stored_.erase(name);
}

}  // namespace simplicit
