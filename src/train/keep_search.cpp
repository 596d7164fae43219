#include <simplicit/base/error.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/train/keep_search.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

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

// From this many rows on a sample of them is solved first: a fiftieth, but not fewer than 800.
constexpr Index fewest_rows_to_sample = 2000;
constexpr Index fewest_sampled_rows = 800;
constexpr Index rows_per_sampled_row = 50;

/// A penalty and how many weights it keeps.
struct Point {
  double log_lambda = 0;
  Index nonzeros = 0;
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
double next_log_lambda(const Point* too_much, const Point* too_little, const Window& window) {
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

/// The penalties tried so far on the same rows, and the next one.
class Bracket {
 public:
  /// `steepness` is how fast the weights grow as the penalty falls, -d log(nonzeros) / d log(lambda); 0 when
  /// unknown.
  Bracket(const Window& window, double log_lambda, double steepness = 0)
      : window_(window), log_lambda_(log_lambda), steepness_(steepness) {}

  [[nodiscard]] double log_lambda() const { return log_lambda_; }
  [[nodiscard]] double lambda_rel() const { return std::exp(log_lambda_); }
  /// Even a vanishing penalty keeps too little.
  [[nodiscard]] bool exhausted(Index nonzeros) const {
    return nonzeros < window_.least && lambda_rel() <= smallest_lambda_rel;
  }
  void tell(Index nonzeros) {
    const bool much = nonzeros > window_.most;
    (much ? too_much_ : too_little_) = {log_lambda_, nonzeros};
    (much ? has_too_much_ : has_too_little_) = true;
    const bool one_sided = !(has_too_much_ && has_too_little_);
    const double next = one_sided && steepness_ > 0
                            ? log_lambda_ + known_step(nonzeros)
                            : next_log_lambda(has_too_much_ ? &too_much_ : nullptr,
                                              has_too_little_ ? &too_little_ : nullptr, window_);
    log_lambda_ = std::max(std::log(smallest_lambda_rel), next);
  }

 private:
  [[nodiscard]] double known_step(Index nonzeros) const {
    const double aim = 0.5 * static_cast<double>(window_.least + window_.most);
    const double longest = std::log(growing_factor);
    const double ratio = static_cast<double>(std::max<Index>(nonzeros, 1)) / aim;
    return std::clamp(std::log(ratio) / steepness_, -longest, longest);
  }

  Window window_;
  double log_lambda_;
  double steepness_;
  Point too_much_;
  Point too_little_;
  bool has_too_much_ = false;
  bool has_too_little_ = false;
};

/// -d log(nonzeros) / d log(lambda) between two penalties of a search, kept within what happens.
double steepness_between(const Point& a, const Point& b) {
  const auto log_of = [](Index nonzeros) {
    return std::log(static_cast<double>(std::max<Index>(nonzeros, 1)));
  };
  return std::clamp((log_of(a.nonzeros) - log_of(b.nonzeros)) / (b.log_lambda - a.log_lambda), 0.1, 2.0);
}

/// Looks for the penalty: where there are many rows on some of them first, which tells about how many weights
/// all of them keep.
class KeepSearch {
 public:
  explicit KeepSearch(TrainingRun& run)
      : run_(run),
        refining_(rounds_of_refining(run.settings()) > 0),
        window_(window_for(allowed_nonzeros(run.settings(), run.header()), refining_)),
        first_log_lambda_(0),
        weights_(static_cast<std::size_t>(run.header().states + run.header().outputs)) {
    window_.sparse = is_sparse(run.header(), window_);
    first_log_lambda_ = std::log(window_.sparse ? first_lambda_rel_when_sparse : first_lambda_rel);
  }

  /// Where the search on all rows starts: at the penalty that the sampled rows found, if there are enough
  /// rows to take a sample.
  Bracket on_sampled_rows() {
    const std::vector<RowBlock> sample = sampled_blocks();
    if (sample.empty()) return {window_, first_log_lambda_};
    constexpr double usual_steepness = 0.5;
    const double share = share_of(sample);
    Window window = window_;
    window.least = static_cast<Index>(share * static_cast<double>(window_.least));
    window.most = static_cast<Index>(share * static_cast<double>(window_.most)) + 1;
    Bracket bracket(window, first_log_lambda_);
    Point before;
    for (int solves = 1;; ++solves) {
      const Index nonzeros = count_nonzeros(run_.ranks(), solve(bracket.lambda_rel(), sample));
      tell("a sample of the rows", bracket.lambda_rel(), static_cast<double>(nonzeros) / share);
      const Point point{bracket.log_lambda(), nonzeros};
      if (window.holds(nonzeros) || bracket.exhausted(nonzeros) || solves == most_solves) {
        return {window_, point.log_lambda, solves > 1 ? steepness_between(before, point) : usual_steepness};
      }
      before = point;
      bracket.tell(nonzeros);
    }
  }

  KeepChoice on_all_rows(Bracket bracket) {
    KeepChoice best;  // keeps the most of those that keep at most window.most
    Index best_nonzeros = -1;
    for (int solves = 1;; ++solves) {
      const double lambda_rel = bracket.lambda_rel();
      std::vector<RowResult> rows = solve(lambda_rel, run_.blocks());
      const Index nonzeros = count_nonzeros(run_.ranks(), rows);
      tell("", lambda_rel, static_cast<double>(nonzeros));
      if (nonzeros <= window_.most && nonzeros > best_nonzeros) {
        best_nonzeros = nonzeros;
        best.rows = std::move(rows);
        best.report = {*run_.settings().keep, nonzeros, lambda_rel, solves};
      }
      best.report.solves = solves;
      if (window_.holds(nonzeros)) return best;
      const bool exhausted = bracket.exhausted(nonzeros);
      if (refining_ && best_nonzeros >= 0 && (exhausted || solves == most_solves)) return best;
      if (exhausted) {
        throw InputError(fmt::format(
            "--keep {} cannot be met: these states leave at most {:.4f} of the baseline's weights to keep",
            *run_.settings().keep, static_cast<double>(nonzeros) / baseline_weights()));
      }
      if (solves == most_solves) return best;
      bracket.tell(nonzeros);
    }
  }

 private:
  [[nodiscard]] double baseline_weights() const {
    return static_cast<double>(*run_.header().baseline_weights());
  }

  /// Blocks at even distances; none where all rows are few.
  [[nodiscard]] std::vector<RowBlock> sampled_blocks() const {
    const Index rows = run_.header().states + run_.header().outputs;
    std::vector<RowBlock> sample;
    if (rows < fewest_rows_to_sample) return sample;
    const auto every =
        static_cast<std::size_t>(rows / std::max(fewest_sampled_rows, rows / rows_per_sampled_row));
    for (std::size_t place = 0; place < run_.blocks().size(); ++place) {
      if (place % every == every / 2) sample.push_back(run_.blocks()[place]);
    }
    return sample;
  }

  /// The share of all rows that these blocks hold.
  [[nodiscard]] double share_of(const std::vector<RowBlock>& blocks) const {
    Index rows = 0;
    for (const RowBlock& block : blocks) rows += std::ssize(block.rows);
    return static_cast<double>(rows) / static_cast<double>(weights_.size());
  }

  /// Rows of these blocks, on root, from the weights they had last.
  std::vector<RowResult> solve(double lambda_rel, const std::vector<RowBlock>& blocks) {
    ObjectiveSettings objective = run_.settings().objective;
    objective.lambda_rel = lambda_rel;
    std::vector<RowResult> rows =
        run_.solve_penalised(objective, solved_before_ ? warm_start_from(weights_) : WarmStart{}, blocks);
    solved_before_ = true;
    std::vector<Index> places;
    for (const RowBlock& block : blocks) places.insert(places.end(), block.rows.begin(), block.rows.end());
    std::ranges::sort(places);
    std::vector<SparseRow> solved = broadcast_rows(run_.ranks(), rows);
    for (std::size_t k = 0; k < solved.size(); ++k) {
      weights_[static_cast<std::size_t>(places[k])] = std::move(solved[k]);
    }
    return rows;
  }

  void tell(const char* of_what, double lambda_rel, double nonzeros) const {
    if (!run_.ranks().is_root()) return;
    spdlog::info("--keep: lambda_rel {:.3e} keeps {:.2f} % ({:.0f} weights{}{})", lambda_rel,
                 100.0 * nonzeros / baseline_weights(), nonzeros, *of_what != 0 ? ", from " : "", of_what);
  }

  TrainingRun& run_;
  bool refining_;
  Window window_;
  double first_log_lambda_;
  bool solved_before_ = false;
  std::vector<SparseRow> weights_;  ///< of every row, from the last penalty it was solved for
};

}  // namespace

nlohmann::json to_json(const KeepReport& report) {
  return {{"target", report.target},
          {"nonzeros", report.nonzeros},
          {"lambda_rel", report.lambda_rel},
          {"solves", report.solves}};
}

KeepChoice search_for_keep(TrainingRun& run) {
  KeepSearch search(run);
  return search.on_all_rows(search.on_sampled_rows());
}

}  // namespace simplicit
