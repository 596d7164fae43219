#include "refine/choose_supports.hpp"
#include "refine/importance.hpp"
#include "refine/regenerate.hpp"
#include "refine/support_prices.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/solve/still_proven.hpp>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace simplicit {
namespace {

constexpr int most_exchanges = 10;
// Features that may enter a row at a time, of those it has.
constexpr double support_growth = 0.5;
// Exchanging ends when fewer than this part of the weights moves.
constexpr double settled = 0.01;

// Weights that the priced features may keep: the biases are always kept.
Index budget_for(const TrainingRun& run, Index nonzeros) {
  const StatesHeader& header = run.header();
  const Index allowed = run.settings().keep ? allowed_nonzeros(run.settings(), header) : nonzeros;
  return std::max<Index>(0, allowed - (header.bias ? header.states + header.outputs : 0));
}

std::vector<double> importance_of(const TrainingRun& run, const StateStore& store) {
  std::vector<double> importance(static_cast<std::size_t>(run.header().states + run.header().outputs));
  on_root(run.ranks(), [&] { importance = row_importance(store); });
  run.ranks().broadcast(std::span<double>(importance));
  return importance;
}

// One pass of prices over all rows.
std::vector<RowPrices> price_rows(TrainingRun& run, const Supports& supports,
                                  const std::vector<double>& importance, double entry_price) {
  const BlockSettings& settings = run.block_settings();
  return run.price_stage([&](const RowBlock& block) {
    std::vector<RowPrices> all;
    for (const Index row : block.rows) {
      pause_for(settings.interlude);
      const auto place = static_cast<std::size_t>(row);
      PricedRow priced{run.gram().g(), run.gram().r(row), settings.problem(row, 0), -1, importance[place]};
      if (row < settings.states) priced.own_state = row;
      RowPrices& prices = all.emplace_back();
      if (importance[place] > 0)
        prices = support_prices(priced, supports[place], entry_price, support_growth);
      prices.row = row;
    }
    return all;
  });
}

SupportChoice chosen(const TrainingRun& run, const std::vector<RowPrices>& priced, Index budget) {
  SupportChoice choice;
  on_root(run.ranks(), [&] { choice = choose_supports(priced, budget); });
  broadcast_value(run.ranks(), choice.supports);
  run.ranks().broadcast(choice.price);
  return choice;
}

// Prices and choices in turn until hardly a weight moves.
Supports exchange(TrainingRun& run, Supports supports, const std::vector<double>& importance, Index budget) {
  double entry_price = infinity;
  for (int pass = 0; pass < most_exchanges; ++pass) {
    const std::vector<RowPrices> priced = price_rows(run, supports, importance, entry_price);
    SupportChoice choice = chosen(run, priced, budget);
    const Index moved = difference_between(choice.supports, supports);
    supports = std::move(choice.supports);
    entry_price = choice.price;
    if (pass > 0 && static_cast<double>(moved) < settled * static_cast<double>(budget)) break;
  }
  return supports;
}

std::vector<RowResult> refit(TrainingRun& run, const Supports& supports) {
  return run.solve_stage(
      [&](const RowBlock& block) {
        return solve_refit_block(run.gram(), run.samples(), run.block_settings(), block.rows, supports);
      },
      [&](const std::vector<RowResult>& rows) {
        return still_proven(run.samples(), run.block_settings(), rows, supports);
      });
}

Supports supports_of(const Communicator& ranks, const std::vector<RowResult>& rows) {
  Supports supports;
  for (SparseRow& row : broadcast_rows(ranks, rows)) supports.push_back(std::move(row.columns));
  return supports;
}

RefineRound round_record(const TrainingRun& run, int round, Index nonzeros, const HeldOutScore& score) {
  RefineRound record{round, nonzeros, std::nullopt, score.state_error, score.output_error, score.agreement};
  if (const auto weights = run.header().baseline_weights()) {
    record.kept = static_cast<double>(nonzeros) / static_cast<double>(*weights);
  }
  if (run.ranks().is_root()) {
    spdlog::info(
        "refine: round {}: {} weights, held out: agreement {:.2f} %, state error {:.4f}, output error {:.4f}",
        round, nonzeros, 100 * score.agreement, score.state_error, score.output_error);
  }
  return record;
}

// Fewer samples on which the decision differs; between equals, and where outputs decide nothing because the
// samples have no labels, the smaller error of the outputs.
bool better(const HeldOutScore& a, const HeldOutScore& b, bool classes) {
  if (!classes) return a.output_error < b.output_error;
  return std::pair(-a.agreement, a.output_error) < std::pair(-b.agreement, b.output_error);
}

}  // namespace

Index allowed_nonzeros(const TrainSettings& settings, const StatesHeader& header) {
  return static_cast<Index>(std::floor(*settings.keep * static_cast<double>(*header.baseline_weights())));
}

nlohmann::json to_json(const std::vector<RefineRound>& rounds) {
  nlohmann::json list = nlohmann::json::array();
  for (const RefineRound& round : rounds) {
    list.push_back({{"round", round.round},
                    {"nonzeros", round.nonzeros},
                    {"kept", or_null(round.kept)},
                    {"state_error", round.state_error},
                    {"output_error", round.output_error},
                    {"agreement", round.agreement}});
  }
  return list;
}

Refinement refine_rows(TrainingRun& run, std::vector<RowResult> rows) {
  const Communicator& ranks = run.ranks();
  agree(ranks, [&] {
    if (run.regime() != Regime::gram) {
      throw InputError(
          "--refine works from the Gram matrix, which the regime data does not form: give "
          "--regime gram, or more --memory");
    }
  });
  Index nonzeros = count_nonzeros(ranks, rows);
  const Index budget = budget_for(run, nonzeros);
  const std::vector<double> importance = importance_of(run, run.store());
  Supports supports = supports_of(ranks, rows);
  ImplicitModel model = broadcast_model_of(run, rows);
  HeldOutScore best_score = score_held_out(ranks, FixedPoint(model, {}), run.held_out());
  Refinement refined;
  refined.rows = std::move(rows);
  refined.rounds.push_back(round_record(run, 0, nonzeros, best_score));
  bool have_best = nonzeros <= budget;

  const int rounds = rounds_of_refining(run.settings());
  for (int round = 1; round <= rounds; ++round) {
    supports = exchange(run, std::move(supports), importance, budget);
    std::vector<RowResult> refitted = refit(run, supports);
    model = broadcast_model_of(run, refitted);
    const FixedPoint fixed_point(model, {});
    const HeldOutScore score = score_held_out(ranks, fixed_point, run.held_out());
    nonzeros = count_nonzeros(ranks, refitted);
    refined.rounds.push_back(round_record(run, round, nonzeros, score));
    if (!have_best || better(score, best_score, run.header().has_labels)) {
      refined.rows = std::move(refitted);
      best_score = score;
      have_best = true;
    }
    if (round == rounds) break;
    regenerate_states(ranks, fixed_point, run.store());
    run.samples_changed();
  }
  return refined;
}

}  // namespace simplicit
