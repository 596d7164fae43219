#include "shared/check_shared_run.hpp"
#include "shared/choose_shares.hpp"
#include "shared/importance.hpp"
#include "shared/layer_data.hpp"
#include "shared/layer_losses.hpp"
#include "shared/layer_rows.hpp"
#include "shared/moving_targets.hpp"
#include "shared/own_samples.hpp"
#include "shared/penalised.hpp"
#include "shared/price_path.hpp"
#include "shared/refit.hpp"
#include "shared/shared_journal.hpp"
#include "shared/shared_record.hpp"
#include "shared/shared_report.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/model/states_network.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/shared/train_shared.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

/// The rows of all classes of a layer, one class after the other.
template <class Solve>
std::vector<RowResult> rows_of_classes(std::size_t classes, const Solve& solve) {
  std::vector<RowResult> rows;
  for (std::size_t k = 0; k < classes; ++k) {
    std::vector<RowResult> some = solve(k);
    std::move(some.begin(), some.end(), std::back_inserter(rows));
  }
  return rows;
}

/// One training run, the same on all ranks but for the samples.
class SharedTraining {
 public:
  SharedTraining(const Communicator& ranks, const TrainSettings& settings, const StatesHeader& header,
                 const LayeredNetwork& network, const std::optional<TapPattern>& pattern, bool linear)
      : ranks_(ranks),
        settings_(settings),
        header_(header),
        network_(network),
        pattern_(pattern),
        plan_(network),
        batch_(batch_size(network)),
        block_(sum_block(network, batch_)),
        is_linear_(linear) {}

  /// Reads the samples; what comes after may be done for several models.
  void open() {
    require_memory(ranks_, memory_of(network_, plan_, keeps()), header_.samples);
    samples_ = read_own_samples(ranks_, header_, is_linear_, batch_, block_);
    seconds_.read = timer_.seconds();
  }

  /// The model that these settings describe; they differ from the first ones in keep or in the penalty alone.
  SharedOutcome train(const TrainSettings& settings) {
    settings_ = settings;
    const Seconds before = seconds_;
    const Timer training;
    SharedJournal journal(ranks_, settings_, header_, network_);
    std::vector<Index> shares;
    if (keeps()) {
      shares = journal.shares();
      if (shares.empty()) {
        shares = choose_shares();
        journal.save_shares(shares);
      }
    }
    SharedOutcome outcome = train_layers(shares, journal);
    outcome.record = record(training.seconds(), before);
    return outcome;
  }

  [[nodiscard]] nlohmann::json seconds() const {
    return {{"read", seconds_.read},    {"shares", seconds_.shares},   {"states", seconds_.states},
            {"gram", seconds_.gram},    {"targets", seconds_.targets}, {"solve", seconds_.solve},
            {"total", timer_.seconds()}};
  }

 private:
  struct Seconds {
    double read = 0, shares = 0, states = 0, gram = 0, targets = 0, solve = 0;
    double rows = 0;     ///< this rank's own rows: what is dealt out by channels
    double between = 0;  ///< what every rank does alike, and waits for
  };

  /// What a plan of such a run needs to know, of a model that took `seconds` after what had passed `before`.
  [[nodiscard]] SharedRunRecord record(double seconds, const Seconds& before) const {
    SharedRunRecord record = record_of_sizes(ranks_, network_, header_, settings_.keep ? 2 : 1);
    const SharedMemory memory = memory_of(network_, plan_, keeps());
    record.sample_bytes = memory.sample_bytes;
    record.rank_bytes = memory.rank_bytes;
    record.block = block_;
    record.read = seconds_.read;
    record.rows_work = seconds_.rows - before.rows;
    record.between = seconds_.between - before.between;
    record.samples_work = std::max(0.0, seconds - record.rows_work - record.between);
    return record;
  }

  /// Whether weights leave by their prices; a penalty decides otherwise.
  [[nodiscard]] bool keeps() const { return settings_.keep || pattern_; }

  /// Whether the outputs choose among classes.
  [[nodiscard]] bool decides_classes() const { return header_.has_labels || network_.softmax; }

  StateStream stream() const { return {samples_, plan_, header_.path}; }

  /// Prices of all weights of a layer (features x channels), each times its channel's importance. Channels
  /// are dealt out to ranks.
  Matrix prices(const LayerData& data, const std::vector<RowClass>& classes,
                const std::vector<ClassSums>& sums, const Vector& importance) {
    const Index d = data.features();
    const Index channels = network_.channels(*data.layer);
    std::vector<double> own;
    const Timer of_rows;
    agree(ranks_, [&] {
      for (std::size_t k = 0; k < classes.size(); ++k) {
        Matrix H;
        for (Index c = 0; c < classes[k].channels; ++c) {
          const Index channel = classes[k].first + c;
          if (channel % ranks_.size() != ranks_.rank()) continue;
          if (H.size() == 0) H = ridge_inverse(sums[k].G);
          const Vector row = price_path(H, sums[k].R.col(c)) * std::max(importance[channel], 1e-300);
          own.push_back(static_cast<double>(channel));
          own.insert(own.end(), row.begin(), row.end());
        }
      }
    });
    seconds_.rows += of_rows.seconds();
    const Timer of_joining;
    const std::vector<double> all = ranks_.gather(std::span<const double>(own));
    Matrix result = Matrix::Zero(d, channels);
    if (ranks_.is_root()) {
      for (std::size_t at = 0; at < all.size(); at += static_cast<std::size_t>(d + 1)) {
        result.col(static_cast<Index>(all[at])) = Eigen::Map<const Vector>(all.data() + at + 1, d);
      }
    }
    ranks_.broadcast(std::span<double>(result.data(), static_cast<std::size_t>(result.size())));
    seconds_.between += of_joining.seconds();
    if (!pattern_) return result;
    std::vector<Index> taps;
    for (const std::size_t i : data.layer->operators) taps.push_back(network_.operators[i].taps());
    return with_pattern(result, taps, *pattern_);
  }

  std::vector<ClassSums> all_sums(const LayerData& data, const std::vector<RowClass>& classes) {
    const Timer timer;
    std::vector<ClassSums> sums;
    for (const RowClass& rows : classes) sums.push_back(class_sums(ranks_, data, rows));
    seconds_.gram += timer.seconds();
    return sums;
  }

  /// How many weights each layer keeps, from prices on the network's own states.
  std::vector<Index> choose_shares() {
    const Timer timer;
    if (!settings_.keep) {  // as many as the pattern allows
      std::vector<Index> shares;
      for (const Layer& layer : network_.layers) {
        shares.push_back(network_.channels(layer) * (network_.taps(layer) + 1));
      }
      return shares;
    }
    if (prices_.empty()) price_all_layers();
    const auto kept = static_cast<Index>(*settings_.keep * static_cast<double>(network_.parameters()));
    std::vector<Index> shares = losses_.empty() ? layer_shares(prices_, kept) : best_shares(kept);
    seconds_.shares = timer.seconds();
    return shares;
  }

  /// Of several ways to share weights out over layers the one with which a pass over few samples comes
  /// nearest to the network's decisions on others: by prices, by measured losses of the layers, and between
  /// the two.
  std::vector<Index> best_shares(Index kept) {
    const Index few = few_samples();
    if (few == 0) return layer_shares(prices_, kept);
    StatesHeader beginning = header_;
    beginning.samples = few;
    SharedTraining trial(ranks_, settings_, beginning, network_, pattern_, is_linear_);
    trial.block_ = batch_;
    trial.samples_ = read_own_samples(ranks_, beginning, is_linear_, batch_, batch_);
    trial.importance_ = importance_;
    const StateStream from_inputs = stream();
    const DecisionSamples on{network_, from_inputs, samples_, header_.samples, decides_classes()};
    const auto shares_between = [&](double weight_of_losses) {
      std::vector<Matrix> priced;
      for (std::size_t l = 0; l < prices_.size(); ++l) {
        priced.push_back(between_prices(prices_[l], losses_[l], weight_of_losses));
      }
      return layer_shares(priced, kept);
    };
    constexpr double clearly = 0.9;  // differences of a few per cent are chance
    std::vector<Index> best = shares_between(0.5);
    double to_beat = clearly * network_divergence(ranks_, on, trial.trial_network(best), few);
    for (const double weight_of_losses : {0.0, 1.0}) {
      std::vector<Index> shares = shares_between(weight_of_losses);
      const double divergence = network_divergence(ranks_, on, trial.trial_network(shares), few);
      if (divergence >= to_beat) continue;
      to_beat = divergence;
      best = std::move(shares);
    }
    return best;
  }

  /// Whole batches, at most half of the samples; 0 when there are too few.
  [[nodiscard]] Index few_samples() const {
    constexpr Index enough = 500;
    const Index wanted = std::min(enough, header_.samples / 2);
    return wanted / batch_ * batch_;
  }

  /// The network after a plain pass over its layers: fits to its own pre-activations, without certificates.
  LayeredNetwork trial_network(const std::vector<Index>& shares) {
    LayeredNetwork present = network_;
    StateStream baseline = stream();
    StateStream own = stream();
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      agree(ranks_, [&] {
        baseline.prepare(network_, l);
        own.prepare(present, l);
      });
      LayerData data;
      agree(ranks_, [&] {
        data = layer_data(network_, baseline, present, own, l, samples_, header_.samples, block_);
      });
      const std::vector<RowClass> classes = row_classes(network_, network_.layers[l]);
      const std::vector<ClassSums> sums = all_sums(data, classes);
      const std::vector<std::vector<int>> supports =
          highest_priced(prices(data, classes, sums, importance_[l]), shares[l]);
      take_rows(present, l, rows_of_classes(classes.size(), [&](std::size_t k) {
                  return fit_class(ranks_, classes[k], sums[k], supports);
                }));
      baseline.finish(l);
      own.finish(l);
    }
    return present;
  }

  /// What the decisions lose as this layer loses weights, in steps.
  void measure_losses(const StateStream& baseline, std::size_t l, const std::vector<RowClass>& classes,
                      const std::vector<ClassSums>& sums) {
    const Matrix& priced = prices_[l];
    std::vector<Index> kept;
    for (double share = 1; share > 0.005; share *= 0.63) {
      kept.push_back(static_cast<Index>(share * static_cast<double>(priced.size())));
    }
    kept.push_back(0);
    const DecisionSamples on{network_, baseline, samples_, header_.samples, decides_classes()};
    losses_.push_back(
        priced_by_losses(priced, kept, layer_losses(ranks_, on, l, classes, sums, priced, kept)));
  }

  /// Prices of all weights on the network's own states, the same for any number of weights kept.
  void price_all_layers() {
    StateStream baseline = stream();
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      agree(ranks_, [&] { baseline.prepare(network_, l); });
      LayerData data;
      agree(ranks_, [&] {
        data = layer_data(network_, baseline, network_, baseline, l, samples_, header_.samples, block_);
      });
      const Vector importance = channel_importance(ranks_, network_, baseline, l, samples_, header_.samples,
                                                   decides_classes(), header_.path);
      importance_.push_back(importance);
      const std::vector<RowClass> classes = row_classes(network_, network_.layers[l]);
      const std::vector<ClassSums> sums = all_sums(data, classes);
      prices_.push_back(prices(data, classes, sums, importance));
      if (network_.layers.size() > 1) measure_losses(baseline, l, classes, sums);
      baseline.finish(l);
      tell("prices", l);
    }
  }

  SharedOutcome train_layers(const std::vector<Index>& shares, SharedJournal& journal) {
    SharedOutcome outcome;
    LayeredNetwork present = network_;
    StateStream baseline = stream();
    StateStream own = stream();
    const bool keep = keeps();
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      const Timer timer;
      std::vector<RowResult> rows = journal.rows(l);
      const bool from_journal = !rows.empty();
      agree(ranks_, [&] {
        baseline.prepare(network_, l);
        if (keep) own.prepare(present, l);
      });
      if (!from_journal) {
        rows = keep ? keep_layer(baseline, own, present, l, shares[l]) : penalise_layer(baseline, l);
        journal.save_rows(l, rows);
      }
      take_rows(present, l, rows);
      baseline.finish(l);
      own.finish(l);
      for (const RowResult& row : rows) {
        ++outcome.rows;
        outcome.solved += reached_tolerance(row.status) ? 1 : 0;
        if (row.status != RowStatus::exact_to_rounding) {
          outcome.max_relative_gap = std::max(outcome.max_relative_gap, row.relative_gap);
        }
      }
      outcome.model.rows.push_back(table_of(rows));
      if (from_journal) ++outcome.resumed_layers;
      tell("trained", l);
      if (interruption_requested(ranks_) != Interruption::none) journal.leave(l + 1);
    }
    outcome.model.network = std::move(present);
    outcome.model.baseline_parameters = network_.parameters();
    return outcome;
  }

  std::vector<RowResult> keep_layer(const StateStream& baseline, const StateStream& own,
                                    const LayeredNetwork& present, std::size_t l, Index share) {
    const Timer timer;
    LayerData data;
    agree(ranks_,
          [&] { data = layer_data(network_, baseline, present, own, l, samples_, header_.samples, block_); });
    seconds_.states += timer.seconds();
    const std::vector<RowClass> classes = row_classes(network_, network_.layers[l]);
    std::vector<ClassSums> sums = all_sums(data, classes);
    Timer solving;
    if (importance_.size() <= l) {  // resumed
      importance_.resize(l + 1);
      importance_[l] = channel_importance(ranks_, network_, baseline, l, samples_, header_.samples,
                                          decides_classes(), header_.path);
    }
    const Matrix priced = prices(data, classes, sums, importance_[l]);
    const Timer choosing;
    const std::vector<std::vector<int>> supports = highest_priced(priced, share);
    seconds_.between += choosing.seconds();
    seconds_.solve += solving.seconds();
    if (!is_linear_) move_targets(baseline, own, present, l, supports, classes, data, sums);
    solving = Timer();
    const Timer of_rows;
    std::vector<RowResult> rows = rows_of_classes(classes.size(), [&](std::size_t k) {
      return refit_class(ranks_, data, classes[k], sums[k], supports, settings_.tolerance);
    });
    seconds_.rows += of_rows.seconds();
    seconds_.solve += solving.seconds();
    return rows;
  }

  /// Fits on these supports, and moves the targets to where the fit asks for them, a few times.
  void move_targets(const StateStream& baseline, const StateStream& own, const LayeredNetwork& present,
                    std::size_t l, const std::vector<std::vector<int>>& supports,
                    const std::vector<RowClass>& classes, LayerData& data, std::vector<ClassSums>& sums) {
    const Timer timer;
    const TargetRule rule = target_rule(network_, network_.layers[l], decides_classes());
    if (rule == TargetRule::fixed) return;
    std::optional<MovingTargets> targets;
    agree(ranks_, [&] { targets.emplace(network_, baseline, samples_, data, rule); });
    LayeredNetwork trial = present;
    for (int round = 0; round < rounds_of(rule); ++round) {
      const Timer of_rows;
      const std::vector<RowResult> rows = rows_of_classes(
          classes.size(), [&](std::size_t k) { return fit_class(ranks_, classes[k], sums[k], supports); });
      seconds_.rows += of_rows.seconds();
      agree(ranks_, [&] {
        take_rows(trial, l, rows);
        targets->move(trial, own);
      });
      for (std::size_t k = 0; k < classes.size(); ++k) update_target_sums(ranks_, data, classes[k], sums[k]);
    }
    seconds_.targets += timer.seconds();
  }

  std::vector<RowResult> penalise_layer(const StateStream& baseline, std::size_t l) {
    LayerData data;
    agree(ranks_, [&] {
      data = layer_data(network_, baseline, network_, baseline, l, samples_, header_.samples, block_);
    });
    const std::vector<RowClass> classes = row_classes(network_, network_.layers[l]);
    const std::vector<ClassSums> sums = all_sums(data, classes);
    const Timer solving;
    std::vector<RowResult> rows = rows_of_classes(classes.size(), [&](std::size_t k) {
      return penalised_class(ranks_, data, classes[k], sums[k], settings_);
    });
    seconds_.rows += solving.seconds();
    seconds_.solve += solving.seconds();
    return rows;
  }

  void tell(const char* what, std::size_t layer) const {
    if (!ranks_.is_root()) return;
    spdlog::info("{}: layer {} of {}, {:.1f} s", what, layer + 1, network_.layers.size(), timer_.seconds());
  }

  const Communicator& ranks_;
  TrainSettings settings_;
  const StatesHeader& header_;
  const LayeredNetwork& network_;
  std::optional<TapPattern> pattern_;
  StagePlan plan_;
  Index batch_;
  Index block_;
  bool is_linear_;  ///< one dense layer, whose targets are the outputs of the file
  Timer timer_;
  Seconds seconds_;
  OwnSamples samples_;
  std::vector<Vector> importance_;  ///< of the channels of each layer
  std::vector<Matrix> prices_;      ///< of the weights of each layer; empty as long as nobody asked
  std::vector<Matrix> losses_;      ///< the same prices, scaled to what was measured; empty for one layer
};

/// What is trained, known to all ranks.
struct Subject {
  LayeredNetwork network;
  std::optional<TapPattern> pattern;
};

Subject subject_of(const Communicator& ranks, const TrainSettings& settings, const StatesHeader& header) {
  Subject subject;
  agree(ranks, [&] {
    subject.network = read_layered_network(header);
    require_valid(settings, header, subject.network);
    subject.pattern = pattern_of(settings, subject.network);
  });
  return subject;
}

}  // namespace

SharedOutcome train_shared(const Communicator& ranks, const TrainSettings& settings,
                           const std::string& command_line) {
  const nlohmann::json started = provenance(command_line);
  agree(ranks, [&] { require_known(settings); });
  on_root(ranks, [&] { require_writable(settings.out); });
  const StatesHeader header = read_states_header(settings.states, ranks);
  const Subject subject = subject_of(ranks, settings, header);
  SharedTraining training(ranks, settings, header, subject.network, subject.pattern, !has_network(header));
  training.open();
  SharedOutcome outcome = training.train(settings);
  const std::string digest = states_digest(header, ranks);
  on_root(ranks, [&] {
    outcome.model.provenance = started;
    outcome.model.provenance["settings"] = to_json(settings);
    outcome.model.provenance["settings"]["kappa"] = nullptr;
    outcome.model.provenance["states_digest"] = digest;
    outcome.model.provenance["finished"] = utc_now();
    write_shared_model(outcome.model, settings.out);
    outcome.report = shared_report(outcome);
    outcome.report["seconds"].update(training.seconds());
  });
  return outcome;
}

void train_shared_each(const Communicator& ranks, const std::vector<TrainSettings>& of_models,
                       const StatesHeader& header,
                       const std::function<void(std::size_t, SharedOutcome)>& trained) {
  agree(ranks, [&] {
    for (const TrainSettings& settings : of_models) require_known(settings);
  });
  const TrainSettings& first = of_models.front();
  const Subject subject = subject_of(ranks, first, header);
  agree(ranks, [&] {
    for (const TrainSettings& settings : of_models) require_valid(settings, header, subject.network);
  });
  SharedTraining training(ranks, first, header, subject.network, subject.pattern, !has_network(header));
  training.open();
  for (std::size_t k = 0; k < of_models.size(); ++k) trained(k, training.train(of_models[k]));
}

}  // namespace simplicit
