#include <simplicit/network/batch_forward.hpp>

#include <algorithm>

namespace simplicit {

Index batch_size(const Network& network) {
  constexpr Index most = 64;
  constexpr Index entries_at_once = Index{1} << 22;
  return std::clamp<Index>(entries_at_once / tensor_entries(network), 1, most);
}

std::size_t forward_bytes(const Network& network, Index batch) {
  const Index weights = 3 * parameter_count(network);  // ours, the model as bytes, OpenCV's
  return static_cast<std::size_t>(2 * batch * tensor_entries(network) + weights) * sizeof(float);
}

}  // namespace simplicit
