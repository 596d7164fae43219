#pragma once

#include <simplicit/evaluate/scores.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/train/run_report.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Penalties that a path may have at most.
inline constexpr int most_path_steps = 1000;

struct PathSettings {
  TrainSettings train;  ///< its lambda_rel_path holds the penalties
  std::string test;     ///< states file that every point is scored on
};

/// One penalty: what its rows cost and how its model scores.
struct PathPoint {
  double lambda_rel = 0;
  RowsSummary rows;
  Scores scores;       ///< on the test samples
  double seconds = 0;  ///< of solving the rows
};

/// The points of a path and what they share; on root.
struct PathOutcome {
  std::vector<PathPoint> points;
  std::optional<Index> baseline_parameters;
  std::string states_digest;
};

/// `steps` penalties from the larger of both ends to the smaller, each by the same factor below the one
/// before. Throws InputError when an end is not above 0 or there are fewer than 2 steps (1 where both ends
/// are equal) or more than 1,000.
[[nodiscard]] std::vector<double> lambda_grid(double from, double to, int steps);

/// Trains one model after another along the penalties, each warm-started from the one before on one G and R,
/// and scores them; with train.refine above 0 each is refined within the number of weights its penalty keeps
/// (collective; the same at any number of ranks). Throws InputError when the two files do not
/// fit each other; Error(ExitCode::interrupted) as train does.
[[nodiscard]] PathOutcome follow_path(const Communicator& ranks, const PathSettings& settings);

}  // namespace simplicit
