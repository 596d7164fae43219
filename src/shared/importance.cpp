#include "shared/importance.hpp"

#include "shared/decisions.hpp"
#include <simplicit/base/random.hpp>
#include <simplicit/layers/graph_run.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace simplicit {
namespace {

constexpr double relative_step = 0.05;  // of the channel's root mean square over the batch
constexpr std::uint64_t seed_of_signs = 0x51;

/// sum over classes of (dp)^2 / p, or of dy^2, over all samples.
double moved(const Matrix& before, const Matrix& after, bool probabilities) {
  const auto change = (after - before).array().square();
  return probabilities ? (change / before.array().max(1e-12)).sum() : change.sum();
}

/// The importance of all channels on one batch: sums over samples and positions.
class BatchImportance {
 public:
  BatchImportance(const LayeredNetwork& network, std::size_t layer, bool probabilities)
      : network_(network),
        op_(network.operators[network.layers[layer].operators[0]]),
        probabilities_(probabilities),
        is_output_(network.layers[layer].target == network.output) {}

  /// `run` leads from the target, the first of the given tensors, to the output.
  Vector operator()(GraphRun* run, std::vector<const float*> given, Index batch, Index samples,
                    Index number) const {
    const Index channels = op_.channels;
    const Index positions = op_.positions();
    const std::vector<float> z(given[0], given[0] + batch * channels * positions);
    Vector result = Vector::Zero(channels);
    if (is_output_) return of_output(z, samples);
    const Index q = network_.outputs();
    const float* outputs = run->run(given)[0];
    const Matrix before = decisions(outputs, q, samples, probabilities_, network_.softmax);
    std::vector<float> shifted = z;
    given[0] = shifted.data();
    for (Index c = 0; c < channels; ++c) {
      RandomStream signs(seed_of_signs, static_cast<std::uint64_t>(number * channels + c));
      double square = 0;
      for_channel(c, batch,
                  [&](std::size_t i) { square += static_cast<double>(z[i]) * static_cast<double>(z[i]); });
      const double size = std::sqrt(square / static_cast<double>(batch * positions));
      const auto step = static_cast<float>(relative_step * (size > 0 ? size : 1));
      for_channel(c, batch, [&](std::size_t i) { shifted[i] += signs.uniform() < 0.5 ? -step : step; });
      outputs = run->run(given)[0];
      const Matrix after = decisions(outputs, q, samples, probabilities_, network_.softmax);
      result[c] = moved(before, after, probabilities_) / static_cast<double>(step * step);
      for_channel(c, batch, [&](std::size_t i) { shifted[i] = z[i]; });
    }
    return result;
  }

 private:
  template <class Visit>
  void for_channel(Index channel, Index batch, const Visit& visit) const {
    const Index positions = op_.positions();
    for (Index s = 0; s < batch; ++s) {
      for (Index t = 0; t < positions; ++t) {
        const Index entry = op_.dense ? t * op_.channels + channel : channel * positions + t;
        visit(static_cast<std::size_t>(s * op_.channels * positions + entry));
      }
    }
  }

  /// The target is what the network puts out: p_c (1 - p_c) of logits.
  [[nodiscard]] Vector of_output(const std::vector<float>& z, Index samples) const {
    const Index q = network_.outputs();
    if (!probabilities_ || q != op_.channels)
      return Vector::Constant(op_.channels, static_cast<double>(samples));
    const Matrix p = decisions(z.data(), q, samples, true, network_.softmax);
    return (p.array() * (1 - p.array())).rowwise().sum();
  }

  const LayeredNetwork& network_;
  const WeightedOperator& op_;
  bool probabilities_;
  bool is_output_;
};

}  // namespace

Vector channel_importance(const Communicator& ranks, const LayeredNetwork& network, const StateStream& stream,
                          std::size_t layer, const OwnSamples& samples, Index all_samples, bool probabilities,
                          const std::string& path) {
  const Layer& at = network.layers[layer];
  const Index channels = network.channels(at);
  const Index positions = network.positions(at);
  Index runs = 0;
  for (const Layer& any : network.layers) runs += network.channels(any);
  const Index every = looked_at_every(network, samples, all_samples, runs);
  std::vector<double> sums;  // channels and number of samples of each batch of this rank that is looked at
  agree(ranks, [&] {
    const bool is_output = at.target == network.output;
    std::vector<std::string> given{at.target};
    std::vector<std::string> used;
    if (!is_output) {
      for (const std::string& name :
           tensors_used(network, stream.names(network, at.target), {network.output})) {
        if (name != at.target) used.push_back(name);
      }
    }
    given.insert(given.end(), used.begin(), used.end());
    std::optional<GraphRun> run;
    if (!is_output)
      run.emplace(network, given, std::vector<std::string>{network.output}, samples.batch, path);
    const BatchImportance importance(network, layer, probabilities);
    const auto number_of = [&](Index first) { return (samples.first + first) / samples.batch; };
    const auto is_looked_at = [&](Index first) { return number_of(first) % every == 0; };
    stream.compute(network, {at.target}, is_looked_at, [&](Index first, const std::vector<const float*>& z) {
      const Index own = std::min(samples.batch, samples.count - first);
      std::vector<const float*> from{z[0]};
      for (const std::string& name : used) {
        from.push_back(stream.tensor(name) + first * entries_of(network.shapes.at(name)));
      }
      const Vector sum = importance(run ? &*run : nullptr, from, samples.batch, own, number_of(first));
      sums.insert(sums.end(), sum.begin(), sum.end());
      sums.push_back(static_cast<double>(own));
    });
  });
  const std::vector<double> all = sums_over_batches(ranks, sums, static_cast<std::size_t>(channels));
  return Eigen::Map<const Vector>(all.data(), channels) / (all.back() * static_cast<double>(positions));
}

}  // namespace simplicit
