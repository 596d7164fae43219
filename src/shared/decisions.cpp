#include "shared/decisions.hpp"

#include <algorithm>

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

Matrix decisions(const float* outputs, Index q, Index samples, bool probabilities, bool softmax) {
  Matrix p(q, samples);
  for (Index s = 0; s < samples; ++s) {
    for (Index k = 0; k < q; ++k) p(k, s) = static_cast<double>(outputs[s * q + k]);
    if (!probabilities || softmax) continue;
    const double most = p.col(s).maxCoeff();
    p.col(s) = (p.col(s).array() - most).exp();
    p.col(s) /= p.col(s).sum();
  }
  return p;
}

}  // namespace simplicit
