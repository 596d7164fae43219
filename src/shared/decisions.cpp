#include "shared/decisions.hpp"

#include <algorithm>
#include <span>

namespace simplicit {
namespace {

Index batches_wanted(const LayeredNetwork& network, Index batch, Index runs) {
  const double cost =
      static_cast<double>(runs) * static_cast<double>(network.tensor_entries()) * static_cast<double>(batch);
  const Index least = std::max<Index>(1, 64 / batch);
  return least * std::clamp<Index>(static_cast<Index>(4e8 / cost), 1, 8);
}

}  // namespace

Index looked_at_every(const LayeredNetwork& network, const OwnSamples& samples, Index all_samples,
                      Index runs) {
  const Index batches = (all_samples + samples.batch - 1) / samples.batch;
  return std::max<Index>(1, batches / batches_wanted(network, samples.batch, runs));
}

Vector softmax(const float* outputs, Index classes) {
  Vector p(classes);
  for (Index c = 0; c < classes; ++c) p[c] = static_cast<double>(outputs[c]);
  p = (p.array() - p.maxCoeff()).exp();
  return p / p.sum();
}

Matrix decisions(const float* outputs, Index q, Index samples, bool probabilities, bool softmax_is_there) {
  if (!probabilities || softmax_is_there)
    return Eigen::Map<const Eigen::MatrixXf>(outputs, q, samples).cast<double>();
  Matrix p(q, samples);
  for (Index s = 0; s < samples; ++s) p.col(s) = softmax(outputs + s * q, q);
  return p;
}

std::vector<double> sums_over_batches(const Communicator& ranks, const std::vector<double>& own,
                                      std::size_t width) {
  const std::vector<double> all = ranks.gather(std::span<const double>(own));
  std::vector<double> sums(width + 1, 0);
  for (std::size_t at = 0; at < all.size(); ++at) sums[at % (width + 1)] += all[at];
  ranks.broadcast(std::span<double>(sums));
  return sums;
}

}  // namespace simplicit
