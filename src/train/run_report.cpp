#include "train/work_report.hpp"
#include <simplicit/base/figure.hpp>
#include <simplicit/model/model_size.hpp>
#include <simplicit/train/run_report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace simplicit {
namespace {

/// Everything a report says about a finished run.
struct FinishedRun {
  const TrainOutcome& outcome;
  RowsSummary rows;
  int ranks;
};

/// What a run is described by beside its figures.
nlohmann::json circumstances_of(const FinishedRun& run) {
  const TrainOutcome& outcome = run.outcome;
  return {{"solver", "active-set"},
          {"regime", name_of(outcome.regime)},
          {"keep", outcome.keep ? to_json(*outcome.keep) : nlohmann::json()},
          {"refine", outcome.refine ? to_json(*outcome.refine) : nlohmann::json()},
          {"missed_rows", run.rows.missed_rows},
          {"per_rank", ranks_report(outcome.blocks, run.ranks)},
          {"stages", stages_report(outcome.blocks, run.ranks)},
          {"blocks", blocks_report(outcome.blocks)},
          {"settings", outcome.model.provenance.value("settings", nlohmann::json())}};
}

using F = FinishedRun;

constexpr Print of_count{"of {:.0f}", 1, true};
constexpr Print on_ranks{"on {:.0f} rank(s)", 1, true};
constexpr Print as_share_of_weights{"{:.1f} % of the baseline's weights", 100};
constexpr Print as_norm{"{:.6f}"};
constexpr Print as_rows_on_the_ball{"({:.0f} rows on the ball)", 1, true};

constexpr auto figures = std::to_array<Figure<F>>({
    {"/solved", "rows solved", "", as_count, "rows whose gap is within the tolerance",
     [](const F& run) { return counted(run.rows.solved); }},
    {"/rows", "rows solved", "", of_count, "rows of [A B] and [C D]",
     [](const F& run) { return counted(std::ssize(run.outcome.rows)); }},
    {"/exact", "", "", as_count, "rows exact to rounding, solved with nothing left to tell",
     [](const F& run) { return counted(run.rows.exact); }},
    {"/max_relative_gap", "rows solved", "worst relative gap", as_tiny_number, "largest (P - D) / P of a row",
     [](const F& run) { return std::optional(run.rows.max_relative_gap); }},
    {"/resumed_rows", "", "", as_count, "rows read from the journal",
     [](const F& run) { return counted(run.outcome.resumed_rows); }},
    {"/objective/ab", "", "", as_number, "sum of P over the rows of [A B]",
     [](const F& run) { return std::optional(run.rows.objective_ab); }},
    {"/objective/cd", "", "", as_number, "sum of P over the rows of [C D]",
     [](const F& run) { return std::optional(run.rows.objective_cd); }},
    {"/nnz/A", "nonzeros", "A", as_count, "weights of A that are not 0",
     [](const F& run) { return counted(run.outcome.model.A.nonZeros()); }},
    {"/nnz/B", "nonzeros", "B", as_count, "weights of B that are not 0",
     [](const F& run) { return counted(run.outcome.model.B.nonZeros()); }},
    {"/nnz/C", "nonzeros", "C", as_count, "weights of C that are not 0",
     [](const F& run) { return counted(run.outcome.model.C.nonZeros()); }},
    {"/nnz/D", "nonzeros", "D", as_count, "weights of D that are not 0",
     [](const F& run) { return counted(run.outcome.model.D.nonZeros()); }},
    {"/kept", "kept", "", as_share_of_weights, "nonzeros over the baseline's weights",
     [](const F& run) { return run.outcome.model.kept(); }},
    {"/norm_a_inf", "infinity norm of A", "", as_norm, "largest row sum of |A|",
     [](const F& run) { return std::optional(run.outcome.model.norm_a_inf()); }},
    {"/ball_active", "infinity norm of A", "", as_rows_on_the_ball, "rows of A whose sum is kappa",
     [](const F& run) { return counted(run.rows.ball_active); }},
    {"/seconds/read", "seconds", "read", as_seconds, "seconds reading the states",
     [](const F& run) { return std::optional(run.outcome.seconds.read); }},
    {"/seconds/gram", "seconds", "Gram", as_seconds, "seconds forming G and R",
     [](const F& run) { return std::optional(run.outcome.seconds.gram); }},
    {"/seconds/solve", "seconds", "solve", as_seconds, "seconds from the first block to the last certificate",
     [](const F& run) { return std::optional(run.outcome.seconds.solve); }},
    {"/seconds/gather", "seconds", "gather", as_seconds, "seconds assembling the model",
     [](const F& run) { return std::optional(run.outcome.seconds.gather); }},
    {"/seconds/write", "seconds", "write", as_seconds, "seconds writing the model",
     [](const F& run) { return std::optional(run.outcome.seconds.write); }},
    {"/seconds/total", "seconds", "total", as_seconds, "seconds in all",
     [](const F& run) { return std::optional(run.outcome.seconds.total); }},
    {"/ranks", "seconds", "", on_ranks, "MPI ranks", [](const F& run) { return counted(run.ranks); }},
    {"/nodes", "", "", as_count, "nodes", [](const F& run) { return counted(run.outcome.memory.nodes); }},
    {"/sizes/samples", "", "", as_count, "m",
     [](const F& run) { return counted(run.outcome.header.samples); }},
    {"/sizes/states", "", "", as_count, "n", [](const F& run) { return counted(run.outcome.header.states); }},
    {"/sizes/inputs", "", "", as_count, "p", [](const F& run) { return counted(run.outcome.header.inputs); }},
    {"/sizes/outputs", "", "", as_count, "q",
     [](const F& run) { return counted(run.outcome.header.outputs); }},
    {"/sizes/features", "", "", as_count, "d",
     [](const F& run) { return counted(run.outcome.header.features()); }},
    {"/sizes/bytes_per_number", "", "", as_count, "bytes of a number of the states",
     [](const F& run) { return counted(static_cast<Index>(bytes_of(run.outcome.header.precision))); }},
    {"/memory/node_bytes", "", "", as_count, "bytes that the ranks of a node share",
     [](const F& run) { return counted(static_cast<Index>(run.outcome.memory.node_bytes)); }},
    {"/memory/rank_bytes", "", "", as_count, "bytes of a rank's own, at most",
     [](const F& run) { return counted(static_cast<Index>(run.outcome.memory.rank_bytes)); }},
    {"/rounds", "", "", as_number, "rounds of solving and measuring, mean over the rows",
     [](const F& run) { return std::optional(run.rows.mean_rounds); }},
    {"/longest_row", "", "", as_seconds, "seconds of the row that took longest",
     [](const F& run) { return std::optional(run.rows.longest_row); }},
});

std::string rounds_table(const std::vector<RefineRound>& rounds) {
  std::string table = fmt::format("{:<22} {:<10} {:<10} {:<12} {}\n", "round", "kept", "agreement",
                                  "state error", "(held-out samples)");
  for (const RefineRound& round : rounds) {
    table += fmt::format(
        "{:<22} {:<10} {:<10} {:.4f}\n", round.round,
        round.kept ? fmt::format("{:.2f} %", 100 * *round.kept) : fmt::format("{}", round.nonzeros),
        fmt::format("{:.2f} %", 100 * round.agreement), round.state_error);
  }
  return table;
}

FinishedRun finished(const TrainOutcome& outcome, int ranks) {
  return {outcome, summary_of(outcome.rows, outcome.model.states()), ranks};
}

}  // namespace

RowsSummary summary_of(const std::vector<RowResult>& rows, Index states) {
  RowsSummary summary;
  double rounds = 0;
  for (const RowResult& row : rows) {
    (row.row < states ? summary.objective_ab : summary.objective_cd) += row.primal;
    if (reached_tolerance(row.status)) {
      ++summary.solved;
    } else {
      summary.missed_rows.push_back(row.row);
    }
    if (row.status == RowStatus::exact_to_rounding) ++summary.exact;
    if (row.ball_active) ++summary.ball_active;
    if (row.status != RowStatus::exact_to_rounding) {
      summary.max_relative_gap = std::max(summary.max_relative_gap, row.relative_gap);
    }
    rounds += row.rounds;
    summary.longest_row = std::max(summary.longest_row, row.seconds);
  }
  summary.mean_rounds = rounds / std::max(1.0, static_cast<double>(rows.size()));
  return summary;
}

std::vector<FigureValue> run_figures() {
  std::vector<FigureValue> all;
  append(all, figures);
  return all;
}

nlohmann::json run_report(const TrainOutcome& outcome, int ranks) {
  const FinishedRun run = finished(outcome, ranks);
  nlohmann::json report = circumstances_of(run);
  add_to(report, values_of(figures, run));
  add_size(size_of(outcome.model), report);
  return report;
}

std::string run_table(const TrainOutcome& outcome, int ranks, const std::string& out) {
  constexpr int width = 22;
  std::string table = fmt::format("{:<{}} {}\n", "model", width, out);
  table += table_of(values_of(figures, finished(outcome, ranks)), width);
  table += fmt::format("{:<{}} {}\n", "size", width, text_of(size_of(outcome.model)));
  if (outcome.refine) table += rounds_table(*outcome.refine);
  return table;
}

}  // namespace simplicit
