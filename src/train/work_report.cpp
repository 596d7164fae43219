#include "train/work_report.hpp"

#include <simplicit/schedule/assignment.hpp>

#include <algorithm>

namespace simplicit {
namespace {

/// What a rank did in one stage.
struct Share {
  Index rows = 0;
  Index blocks = 0;
  double seconds = 0;
  double ended = 0;  ///< its last block
};

std::vector<Share> shares_of(const std::vector<BlockRecord>& stage, int ranks) {
  std::vector<Share> shares(static_cast<std::size_t>(ranks));
  for (const BlockRecord& block : stage) {
    Share& share = shares.at(static_cast<std::size_t>(block.rank));
    share.rows += block.rows;
    ++share.blocks;
    share.seconds += block.seconds;
    share.ended = std::max(share.ended, block.ended);
  }
  return shares;
}

double end_of(const std::vector<BlockRecord>& stage) {
  double end = 0;
  for (const BlockRecord& block : stage) end = std::max(end, block.ended);
  return end;
}

bool solves(std::size_t rank, int ranks) {
  return rank > 0 || root_solves(ranks);
}

}  // namespace

nlohmann::json blocks_report(const StageBlocks& stages) {
  nlohmann::json blocks = nlohmann::json::array();
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    for (const BlockRecord& block : stages[stage]) {
      blocks.push_back({{"stage", stage},
                        {"id", block.id},
                        {"rank", block.rank},
                        {"rows", block.rows},
                        {"cost", block.cost},
                        {"seconds", block.seconds},
                        {"ended", block.ended},
                        {"bytes", block.bytes}});
    }
  }
  return blocks;
}

nlohmann::json stages_report(const StageBlocks& stages, int ranks) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& stage : stages) {
    const double end = end_of(stage);
    double longest = 0;
    for (const BlockRecord& block : stage) longest = std::max(longest, block.seconds);
    double idle = 0;
    const std::vector<Share> shares = shares_of(stage, ranks);
    for (std::size_t rank = 0; rank < shares.size(); ++rank) {
      if (solves(rank, ranks)) idle = std::max(idle, end - shares[rank].ended);
    }
    list.push_back(
        {{"blocks", stage.size()}, {"seconds", end}, {"longest_block", longest}, {"idle_at_end", idle}});
  }
  return list;
}

nlohmann::json ranks_report(const StageBlocks& stages, int ranks) {
  std::vector<Share> totals(static_cast<std::size_t>(ranks));
  std::vector<double> idle(static_cast<std::size_t>(ranks), 0.0);
  for (const auto& stage : stages) {
    const std::vector<Share> shares = shares_of(stage, ranks);
    const double end = end_of(stage);
    for (std::size_t rank = 0; rank < shares.size(); ++rank) {
      totals[rank].rows += shares[rank].rows;
      totals[rank].blocks += shares[rank].blocks;
      totals[rank].seconds += shares[rank].seconds;
      totals[rank].ended += shares[rank].ended;
      idle[rank] += end - shares[rank].ended;
    }
  }
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t rank = 0; rank < totals.size(); ++rank) {
    const Share& total = totals[rank];
    list.push_back({{"rank", rank},
                    {"rows", total.rows},
                    {"blocks", total.blocks},
                    {"seconds", total.seconds},
                    {"waiting", total.ended - total.seconds},
                    {"idle_at_end", idle[rank]}});
  }
  return list;
}

}  // namespace simplicit
