#include <simplicit/baseline/distribute.hpp>

#include <algorithm>
#include <array>

namespace simplicit {
namespace {

/// Samples that travel in one message.
constexpr Index piece = 8192;

Range samples_of(const Communicator& ranks, Index total, Index block) {
  const Range blocks = share((total + block - 1) / block, ranks.rank(), ranks.size());
  return {std::min(blocks.begin * block, total), std::min(blocks.end * block, total)};
}

/// Sends `count` items of `width` values each from root's `all`; a rank keeps the items in `mine`.
template <class T>
std::vector<T> scatter(const Communicator& ranks, const std::vector<T>& all, Index count, Index width,
                       Range mine) {
  std::vector<T> kept(static_cast<std::size_t>(mine.size() * width));
  std::vector<T> buffer(static_cast<std::size_t>(std::min(piece, count) * width));
  for (Index first = 0; first < count; first += piece) {
    const Index last = std::min(first + piece, count);
    const std::span<T> part(buffer.data(), static_cast<std::size_t>((last - first) * width));
    if (ranks.is_root()) std::copy_n(all.begin() + first * width, part.size(), part.begin());
    ranks.broadcast(part);
    const Range overlap{std::max(first, mine.begin), std::min(last, mine.end)};
    if (overlap.size() <= 0) continue;
    std::copy_n(part.begin() + (overlap.begin - first) * width, overlap.size() * width,
                kept.begin() + (overlap.begin - mine.begin) * width);
  }
  return kept;
}

template <class Derived>
void broadcast_numbers(const Communicator& ranks, Eigen::PlainObjectBase<Derived>& numbers) {
  std::array<Index, 2> shape{numbers.rows(), numbers.cols()};
  ranks.broadcast(shape);
  numbers.resize(shape[0], shape[1]);
  ranks.broadcast(std::span(numbers.data(), static_cast<std::size_t>(numbers.size())));
}

}  // namespace

SampleShare distribute(const Communicator& ranks, const LabelledImages& data, Index block) {
  std::array<Index, 2> sizes{data.images.samples, data.images.features};
  ranks.broadcast(sizes);
  const auto [total, features] = sizes;
  SampleShare part;
  part.total = total;
  part.samples = samples_of(ranks, total, block);
  part.images.samples = part.samples.size();
  part.images.features = features;
  std::array<bool, 2> has{!data.images.pixels.empty(), !data.labels.empty()};
  ranks.broadcast(has);
  const auto [bytes, labels] = has;
  if (bytes) part.images.pixels = scatter(ranks, data.images.pixels, total, features, part.samples);
  if (!bytes) part.images.values = scatter(ranks, data.images.values, total, features, part.samples);
  if (labels) part.labels = scatter(ranks, data.labels, total, 1, part.samples);
  return part;
}

void broadcast(const Communicator& ranks, Mlp& mlp) {
  ranks.broadcast(mlp.activation);
  std::array<std::size_t, 2> layers{mlp.weights.size(), mlp.biases.size()};
  ranks.broadcast(layers);
  mlp.weights.resize(layers[0]);
  mlp.biases.resize(layers[1]);
  for (Matrix& W : mlp.weights) broadcast_numbers(ranks, W);
  for (Vector& b : mlp.biases) broadcast_numbers(ranks, b);
}

}  // namespace simplicit
