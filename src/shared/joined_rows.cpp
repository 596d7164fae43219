#include "shared/joined_rows.hpp"

#include <simplicit/parallel/values.hpp>
#include <simplicit/solve/row_result_archive.hpp>

#include <algorithm>

namespace simplicit {
namespace {

/// The weights of one channel, on their way.
struct OneChannel {
  Index channel = 0;
  SparseRow row;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& channel;
    archive_list(archive, row.columns);
    archive_list(archive, row.values);
  }
};

}  // namespace

std::vector<RowResult> joined_rows(const Communicator& ranks, const std::vector<RowResult>& own) {
  std::vector<RowResult> all = joined_on_all(ranks, own);
  std::ranges::sort(all, {}, &RowResult::row);
  return all;
}

ChannelWeights joined_weights(const Communicator& ranks, const ChannelWeights& own) {
  std::vector<OneChannel> mine;
  for (std::size_t i = 0; i < own.channels.size(); ++i) mine.push_back({own.channels[i], own.weights[i]});
  std::vector<OneChannel> all = joined_on_all(ranks, mine);
  std::ranges::sort(all, {}, &OneChannel::channel);
  ChannelWeights joined;
  for (OneChannel& one : all) {
    joined.channels.push_back(one.channel);
    joined.weights.push_back(std::move(one.row));
  }
  return joined;
}

}  // namespace simplicit
