#include "train/work_report.hpp"
#include <simplicit/model/model_size.hpp>
#include <simplicit/train/rows_summary.hpp>
#include <simplicit/train/train.hpp>

namespace simplicit {
namespace {

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
  nlohmann::json report{
      {"rows", outcome.rows.size()},
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
      {"per_rank", ranks_report(outcome.blocks, ranks)},
      {"longest_row", summary.longest_row},
      {"stages", stages_report(outcome.blocks, ranks)},
      {"blocks", blocks_report(outcome.blocks)},
      {"settings", model.provenance.value("settings", nlohmann::json())}};
  add_size(size_of(model), report);
  return report;
}

}  // namespace simplicit
