#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

/// to[feature * leading_dimension + sample] = from[sample * features + feature], in blocks that stay in the
/// cache. `from` is (samples x features) row after row, `to` has a column of numbers per feature.
template <class T>
void transpose_samples(const T* from, Index samples, Index features, T* to, Index leading_dimension);

}  // namespace simplicit
