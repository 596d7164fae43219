#include <simplicit/train/rows_summary.hpp>
#include <simplicit/train/train.hpp>

namespace simplicit {
namespace {

nlohmann::json per_rank(const TrainOutcome& outcome, int ranks) {
  nlohmann::json shares = nlohmann::json::array();
  for (int rank = 0; rank < ranks; ++rank) {
    Index rows = 0;
    Index blocks = 0;
    double seconds = 0;
    for (const BlockRecord& block : outcome.blocks) {
      if (block.rank != rank) continue;
      rows += outcome.rows_of_block[static_cast<std::size_t>(block.id)];
      ++blocks;
      seconds += block.seconds;
    }
    shares.push_back({{"rank", rank}, {"rows", rows}, {"blocks", blocks}, {"seconds", seconds}});
  }
  return shares;
}

nlohmann::json block_records(const TrainOutcome& outcome) {
  nlohmann::json blocks = nlohmann::json::array();
  for (const BlockRecord& block : outcome.blocks) {
    blocks.push_back({{"id", block.id},
                      {"rank", block.rank},
                      {"rows", outcome.rows_of_block[static_cast<std::size_t>(block.id)]},
                      {"cost", outcome.cost_of_block[static_cast<std::size_t>(block.id)]},
                      {"seconds", block.seconds},
                      {"bytes", block.bytes}});
  }
  return blocks;
}

nlohmann::json sizes(const StatesHeader& header) {
  return {{"samples", header.samples},     {"states", header.states},
          {"inputs", header.inputs},       {"outputs", header.outputs},
          {"features", header.features()}, {"bytes_per_number", bytes_of(header.precision)}};
}

}  // namespace

nlohmann::json run_report(const TrainOutcome& outcome, int ranks) {
  const ImplicitModel& model = outcome.model;
  const RowsSummary summary = summary_of(outcome.rows, model.states());
  const auto kept = model.kept();
  return {{"rows", outcome.rows.size()},
          {"resumed_rows", outcome.resumed_rows},
          {"solved", summary.solved},
          {"max_relative_gap", summary.max_relative_gap},
          {"objective", {{"ab", summary.objective_ab}, {"cd", summary.objective_cd}}},
          {"nnz",
           {{"A", model.A.nonZeros()},
            {"B", model.B.nonZeros()},
            {"C", model.C.nonZeros()},
            {"D", model.D.nonZeros()}}},
          {"kept", kept ? nlohmann::json(*kept) : nlohmann::json()},
          {"norm_a_inf", model.norm_a_inf()},
          {"ranks", ranks},
          {"nodes", outcome.memory.nodes},
          {"sizes", sizes(outcome.header)},
          {"memory", {{"node_bytes", outcome.memory.node_bytes}, {"rank_bytes", outcome.memory.rank_bytes}}},
          {"seconds",
           {{"read", outcome.seconds.read},
            {"gram", outcome.seconds.gram},
            {"solve", outcome.seconds.solve},
            {"gather", outcome.seconds.gather},
            {"write", outcome.seconds.write},
            {"total", outcome.seconds.total}}},
          {"solver", "active-set"},
          {"regime", name_of(outcome.regime)},
          {"ball_active", summary.ball_active},
          {"rounds", summary.mean_rounds},
          {"keep", outcome.keep},
          {"refine", outcome.refine},
          {"missed_rows", summary.missed_rows},
          {"per_rank", per_rank(outcome, ranks)},
          {"blocks", block_records(outcome)},
          {"settings", model.provenance.value("settings", nlohmann::json())}};
}

}  // namespace simplicit
