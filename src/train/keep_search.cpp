#include <simplicit/base/error.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/train/keep_search.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace simplicit {
namespace {

// Where the search starts. A row with many weights costs the cube of their number: where few of all that are
// possible are wanted, it starts from the sparse side.
constexpr double first_lambda_rel = 1e-3;
constexpr double first_lambda_rel_when_sparse = 3e-2;
constexpr double sparse_share = 0.02;
constexpr double smallest_lambda_rel = 1e-8;
constexpr double growing_factor = 8;
constexpr int most_solves = 40;
// Before refining: about twice as many weights, so that those with the highest prices can be chosen among
// them.
constexpr double spare = 2;

struct Window {
  Index least, most;
  bool sparse = false;  ///< few of all weights that are possible are wanted
  [[nodiscard]] bool holds(Index nonzeros) const { return nonzeros >= least && nonzeros <= most; }
};

Window window_for(Index allowed, bool refining) {
  const auto share = [&](double factor) { return static_cast<Index>(factor * static_cast<double>(allowed)); };
  if (refining) return {share(0.85 * spare), share(1.15 * spare)};
  return {std::max<Index>(1, share(0.99)), allowed};
}

/// A penalty and how many weights it keeps.
struct Point {
  double log_lambda;
  Index nonzeros;
};

/// How far from the only point the next one lies. Rows with many weights take long, so a sparse search takes
/// a step no longer than needed when the weights grow with the root of 1 / lambda.
double first_step(const Point& only, const Window& window) {
  const double longest = std::log(growing_factor);
  if (!window.sparse) return longest;
  const double aim = 0.5 * static_cast<double>(window.least + window.most);
  const double ratio = std::log(aim / static_cast<double>(std::max<Index>(only.nonzeros, 1)));
  return std::clamp(2 * std::abs(ratio), std::log(1.1), longest);
}

/// Where the next penalty is tried: between the points that keep too much and too little, as a straight line
/// through them in logarithms says, but well inside.
double next_log_lambda(const std::optional<Point>& too_much, const std::optional<Point>& too_little,
                       const Window& window) {
  if (!too_little) return std::min(0.0, too_much->log_lambda + first_step(*too_much, window));
  if (!too_much) return too_little->log_lambda - first_step(*too_little, window);
  const auto log_of = [](Index nonzeros) {
    return std::log(static_cast<double>(std::max<Index>(nonzeros, 1)));
  };
  const double aim = std::log(0.5 * static_cast<double>(window.least + window.most));
  const double drop = log_of(too_much->nonzeros) - log_of(too_little->nonzeros);
  const double fraction = drop > 0 ? (log_of(too_much->nonzeros) - aim) / drop : 0.5;
  return too_much->log_lambda +
         std::clamp(fraction, 0.1, 0.9) * (too_little->log_lambda - too_much->log_lambda);
}

bool is_sparse(const StatesHeader& header, const Window& window) {
  const auto rows = static_cast<double>(header.states + header.outputs);
  return static_cast<double>(window.most) < sparse_share * rows * static_cast<double>(header.features());
}

}  // namespace

nlohmann::json to_json(const KeepReport& report) {
  return {{"target", report.target},
          {"nonzeros", report.nonzeros},
          {"lambda_rel", report.lambda_rel},
          {"solves", report.solves}};
}

KeepChoice search_for_keep(TrainingRun& run) {
  const Communicator& ranks = run.ranks();
  const TrainSettings& settings = run.settings();
  const bool refining = settings.refine > 0;
  Window window = window_for(allowed_nonzeros(settings, run.header()), refining);
  window.sparse = is_sparse(run.header(), window);
  ObjectiveSettings objective = settings.objective;
  std::optional<Point> too_much;
  std::optional<Point> too_little;
  std::vector<SparseRow> last;
  KeepChoice best;  // keeps the most of those that keep at most window.most
  Index best_nonzeros = -1;
  double log_lambda = std::log(window.sparse ? first_lambda_rel_when_sparse : first_lambda_rel);
  for (int solves = 1;; ++solves) {
    objective.lambda_rel = std::exp(log_lambda);
    std::vector<RowResult> rows = run.solve_penalised(objective, warm_start_from(last));
    const Index nonzeros = count_nonzeros(ranks, rows);
    last = broadcast_rows(ranks, rows);
    if (ranks.is_root()) {
      spdlog::info(
          "--keep: lambda_rel {:.3e} keeps {:.2f} % ({} weights)", *objective.lambda_rel,
          100.0 * static_cast<double>(nonzeros) / static_cast<double>(*run.header().baseline_weights()),
          nonzeros);
    }
    if (nonzeros <= window.most && nonzeros > best_nonzeros) {
      best_nonzeros = nonzeros;
      best.rows = std::move(rows);
      best.report = {*settings.keep, nonzeros, *objective.lambda_rel, solves};
    }
    best.report.solves = solves;
    if (window.holds(nonzeros)) return best;
    (nonzeros > window.most ? too_much : too_little) = Point{log_lambda, nonzeros};
    const bool exhausted = nonzeros < window.least && *objective.lambda_rel <= smallest_lambda_rel;
    if (refining && best_nonzeros >= 0 && (exhausted || solves == most_solves)) return best;
    if (exhausted) {
      throw InputError(fmt::format(
          "--keep {} cannot be met: these states leave at most {:.4f} of the baseline's weights to keep",
          *settings.keep,
          static_cast<double>(nonzeros) / static_cast<double>(*run.header().baseline_weights())));
    }
    if (solves == most_solves) return best;
    log_lambda = std::max(std::log(smallest_lambda_rel), next_log_lambda(too_much, too_little, window));
  }
}

}  // namespace simplicit
