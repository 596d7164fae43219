#include "path/score_text.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/model/states_network.hpp>
#include <simplicit/path/follow_shared_path.hpp>
#include <simplicit/shared/train_shared.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace simplicit {
namespace {

/// The settings of every model, in the order of the path.
std::vector<TrainSettings> of_models(const SharedPathSettings& path) {
  if (path.keeps.empty() == path.lambda_rels.empty())
    throw InputError("a path with shared rows follows --keep or penalties");
  if (!path.train.checkpoint.empty()) {
    throw InputError("--checkpoint saves a path of the other structures: give it without --structure shared");
  }
  std::vector<TrainSettings> models;
  for (const double keep : path.keeps) {
    models.push_back(path.train);
    models.back().keep = keep;
  }
  for (const double lambda_rel : path.lambda_rels) {
    models.push_back(path.train);
    models.back().objective.lambda_rel = lambda_rel;
  }
  return models;
}

SharedPathPoint point_of(const TrainSettings& settings, const SharedOutcome& outcome) {
  SharedPathPoint point;
  point.keep = settings.keep;
  point.lambda_rel = settings.objective.lambda_rel;
  point.objective = outcome.model.objective();
  point.max_relative_gap = outcome.max_relative_gap;
  point.missed_rows = outcome.rows - outcome.solved;
  return point;
}

void tell(const SharedPathPoint& point) {
  const std::string asked = point.keep ? fmt::format("keep {:g}", *point.keep)
                                       : fmt::format("lambda_rel {:.3e}", point.lambda_rel.value_or(0));
  spdlog::info("path: {}: kept {:.2f} %, {}, {:.1f} s", asked, 100 * point.scores.kept,
               score_text(point.scores), point.seconds);
}

}  // namespace

SharedPathOutcome follow_shared_path(const Communicator& ranks, const SharedPathSettings& settings) {
  std::vector<TrainSettings> models;
  agree(ranks, [&] { models = of_models(settings); });
  const StatesHeader test = read_states_header(settings.test, ranks);
  const StatesHeader states = read_states_header(settings.train.states, ranks);
  LayeredNetwork network;
  agree(ranks, [&] { network = read_layered_network(states); });
  SharedPathOutcome path;
  Timer timer;
  train_shared_each(ranks, models, states, [&](std::size_t k, const SharedOutcome& outcome) {
    SharedPathPoint point = point_of(models[k], outcome);
    point.seconds = timer.seconds();
    const LayeredNetwork pruned = pruned_by_magnitude(network, outcome.model.nonzeros());
    point.scores = evaluate_shared(ranks, outcome.model, settings.train.states, test, &pruned);
    if (ranks.is_root()) tell(point);
    path.points.push_back(std::move(point));
    timer = Timer();
  });
  path.states_digest = states_digest(states, ranks);
  return path;
}

}  // namespace simplicit
