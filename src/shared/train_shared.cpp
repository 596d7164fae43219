#include "shared/check_shared_run.hpp"
#include "shared/layer_pass.hpp"
#include "shared/layer_weights.hpp"
#include "shared/shared_journal.hpp"
#include "shared/shared_record.hpp"
#include "shared/shared_report.hpp"
#include "shared/shared_run.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/model/states_network.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/shared/train_shared.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

/// One opening of a network and its samples, for one model or several.
class SharedTraining {
 public:
  SharedTraining(const Communicator& ranks, const StatesHeader& header, const LayeredNetwork& network,
                 const std::optional<TapPattern>& pattern)
      : run_(ranks, header, network, pattern, !has_network(header)), weights_(run_) {}

  /// Reads the samples; what comes after may be done for several models. Weights leave by their prices where
  /// it `keeps` some.
  void open(bool keeps) {
    memory_ = memory_of(run_.network, run_.plan, keeps);
    require_memory(run_.ranks, memory_, run_.header.samples);
    run_.samples = read_own_samples(run_.ranks, run_.header, run_.is_linear, run_.batch, run_.block);
    run_.seconds.read = run_.timer.seconds();
  }

  /// The model that these settings describe; they differ from those of other models in keep or in the penalty
  /// alone.
  SharedOutcome train(const TrainSettings& settings) {
    const SharedSeconds before = run_.seconds;
    const Timer training;
    SharedJournal journal(run_.ranks, settings, run_.header, run_.network);
    std::vector<Index> shares;
    if (keeps_weights(settings, run_.pattern)) {
      shares = journal.shares();
      if (shares.empty()) {
        shares = weights_.shares(settings.keep);
        journal.save_shares(shares);
      }
    }
    SharedOutcome outcome = train_layers(run_, weights_, settings, shares, journal);
    outcome.record = record(training.seconds(), before, settings.keep ? 2 : 1);
    return outcome;
  }

  [[nodiscard]] nlohmann::json seconds() const {
    const SharedSeconds& of = run_.seconds;
    return {{"read", of.read},       {"shares", of.shares}, {"states", of.states},          {"gram", of.gram},
            {"targets", of.targets}, {"solve", of.solve},   {"total", run_.timer.seconds()}};
  }

  /// Whether weights leave by their prices; a penalty decides otherwise.
  [[nodiscard]] static bool keeps_weights(const TrainSettings& settings,
                                          const std::optional<TapPattern>& pattern) {
    return settings.keep || pattern;
  }

 private:
  /// What a plan of such a run needs to know, of a model that took `seconds` after what had passed `before`
  /// and `passes` over the layers.
  [[nodiscard]] SharedRunRecord record(double seconds, const SharedSeconds& before, int passes) const {
    SharedRunRecord record = record_of_sizes(run_.ranks, run_.network, run_.header, passes);
    record.sample_bytes = memory_.sample_bytes;
    record.rank_bytes = memory_.rank_bytes;
    record.block = run_.block;
    record.read = run_.seconds.read;
    record.rows_work = run_.seconds.rows - before.rows;
    record.between = run_.seconds.between - before.between;
    record.samples_work = std::max(0.0, seconds - record.rows_work - record.between);
    return record;
  }

  SharedRun run_;
  LayerWeights weights_;
  SharedMemory memory_;
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
  SharedTraining training(ranks, header, subject.network, subject.pattern);
  training.open(SharedTraining::keeps_weights(settings, subject.pattern));
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
  SharedTraining training(ranks, header, subject.network, subject.pattern);
  training.open(SharedTraining::keeps_weights(first, subject.pattern));
  for (std::size_t k = 0; k < of_models.size(); ++k) trained(k, training.train(of_models[k]));
}

}  // namespace simplicit
