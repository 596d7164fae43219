#include "states/transpose.hpp"

#include <algorithm>

namespace simplicit {
namespace {

// A block is read in rows and written in columns of at least one cache line each.
constexpr Index sample_block = 64;
constexpr Index feature_block = 16;

}  // namespace

template <class T>
void transpose_samples(const T* from, Index samples, Index features, T* to, Index leading_dimension) {
  for (Index first_sample = 0; first_sample < samples; first_sample += sample_block) {
    const Index last_sample = std::min(first_sample + sample_block, samples);
    for (Index first_feature = 0; first_feature < features; first_feature += feature_block) {
      const Index last_feature = std::min(first_feature + feature_block, features);
      for (Index feature = first_feature; feature < last_feature; ++feature) {
        T* const column = to + feature * leading_dimension;
        for (Index sample = first_sample; sample < last_sample; ++sample) {
          column[sample] = from[sample * features + feature];
        }
      }
    }
  }
}

template void transpose_samples(const float*, Index, Index, float*, Index);
template void transpose_samples(const double*, Index, Index, double*, Index);

}  // namespace simplicit
