#include "shared/exchange_rows.hpp"

#include <simplicit/schedule/messages.hpp>

#include <algorithm>
#include <iterator>

namespace simplicit {

std::vector<RowResult> exchanged(const Communicator& ranks, const std::vector<RowResult>& own) {
  std::string all;
  const std::vector<std::string> parts = ranks.gather_strings(packed(own));
  on_root(ranks, [&] {
    std::vector<RowResult> results;
    for (const std::string& part : parts) {
      std::vector<RowResult> some = unpacked<std::vector<RowResult>>(part);
      std::move(some.begin(), some.end(), std::back_inserter(results));
    }
    std::ranges::sort(results, {}, &RowResult::row);
    all = packed(results);
  });
  ranks.broadcast(all);
  return unpacked<std::vector<RowResult>>(all);
}

}  // namespace simplicit
