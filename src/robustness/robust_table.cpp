#include "robustness/answer_journal.hpp"
#include "robustness/sample_answer.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/progress_line.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/robustness/robust_table.hpp>
#include <simplicit/run/checkpoint.hpp>
#include <simplicit/schedule/deal.hpp>
#include <simplicit/system/signals.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace simplicit {
namespace {

// Samples whose bounds are computed together; fixed, as the bits of an answer depend on it.
constexpr Index samples_a_block = 64;

using Stage = AnswerJournal::Stage;

// Which units are left, the same on all ranks.
std::vector<Index> units_left(const Communicator& ranks, std::vector<Index> units,
                              const std::optional<AnswerJournal>& journal, Stage stage) {
  if (ranks.is_root()) {
    std::erase_if(units, [&](Index unit) { return journal->earlier(stage).contains(unit); });
  }
  auto count = std::ssize(units);
  ranks.broadcast(count);
  units.resize(static_cast<std::size_t>(count));
  ranks.broadcast(std::span<Index>(units));
  return units;
}

// Certified, attacked and open so far, at the largest epsilon.
class Tally {
 public:
  Tally(Index samples, std::string name) : samples_(samples), name_(std::move(name)) {}
  void move(RobustStatus from, RobustStatus to) {
    --count_[static_cast<std::size_t>(from)];
    add(to);
  }
  void add(RobustStatus status) { ++count_[static_cast<std::size_t>(status)]; }
  void tell(double done) {
    if (!line_.is_due(done)) return;
    line_.tell(done,
               fmt::format("{}: {} certified, {} attacked, {} open of {} samples at the largest epsilon",
                           name_, count_[1], count_[2], count_[3], samples_));
  }
  void finish() { line_.finish(); }

 private:
  Index samples_;
  std::string name_;
  std::array<Index, 4> count_{};
  ProgressLine line_;
};

class Run {
 public:
  Run(const Communicator& ranks, const StatesHeader& header, const Certifier& certifier,
      const RobustTableSettings& settings, const std::string& name, std::optional<AnswerJournal>& journal)
      : ranks_(ranks),
        header_(header),
        certifier_(certifier),
        settings_(settings),
        journal_(journal),
        tally_(header.samples, name) {
    table_.epsilons = settings.epsilons;
    std::sort(table_.epsilons.begin(), table_.epsilons.end());
    table_.epsilons.erase(std::unique(table_.epsilons.begin(), table_.epsilons.end()), table_.epsilons.end());
    status_.assign(static_cast<std::size_t>(header.samples) * epsilons(),
                   static_cast<std::int8_t>(RobustStatus::open));
    if (settings.radius) table_.radius.assign(static_cast<std::size_t>(header.samples), 0);
  }

  RobustTable run() {
    bound_blocks();
    ranks_.broadcast(std::span<std::int8_t>(status_));
    search_samples();
    tally_.finish();
    for (const std::int8_t status : status_) table_.status.push_back(static_cast<RobustStatus>(status));
    std::sort(table_.counterexamples.begin(), table_.counterexamples.end(),
              [](const Counterexample& a, const Counterexample& b) { return a.sample < b.sample; });
    return std::move(table_);
  }

 private:
  [[nodiscard]] std::size_t epsilons() const { return table_.epsilons.size(); }
  std::int8_t* status_of(Index sample) {
    return status_.data() + static_cast<std::size_t>(sample) * epsilons();
  }

  SampleSlab read(Index first, Index count) {
    if (!reader_) reader_.emplace(header_);
    return reader_->read(first, count, {.X = false, .Z = false, .Y = false});
  }

  // Does the units that no earlier run has done.
  void deal_units(Stage stage, const std::vector<Index>& units, const DoUnit& work, const UnitDone& done) {
    on_root(ranks_, [&] {
      for (const auto& [unit, result] : journal_->earlier(stage)) {
        if (!std::ranges::binary_search(units, unit))
          journal_->refuse("holds work that this run does not have");
        done(unit, result);
      }
    });
    const bool complete = deal(
        ranks_, units_left(ranks_, units, journal_, stage), work,
        [&](Index unit, const std::string& result) {
          journal_->save(stage, unit, result);
          done(unit, result);
          limit_time_to_leave(journal_->what_is_saved());
        },
        [&] { return patience_.ends(); });
    std::string saved = ranks_.is_root() ? journal_->what_is_saved() : "";
    if (!complete) {
      throw Error(ExitCode::interrupted,
                  "interrupted by " + name_of(interruption_requested()) + ": " + saved);
    }
  }

  void bound_blocks() {
    const Index blocks = (header_.samples + samples_a_block - 1) / samples_a_block;
    std::vector<Index> units(static_cast<std::size_t>(blocks));
    std::iota(units.begin(), units.end(), Index{0});
    Index done = 0;
    deal_units(
        Stage::blocks, units,
        [&](Index block, const std::function<void()>& between) {
          between();
          const Index first = block * samples_a_block;
          const SampleSlab slab = read(first, std::min(samples_a_block, header_.samples - first));
          return packed(block_answers(certifier_, slab.U, slab.labels, table_.epsilons));
        },
        [&](Index block, const std::string& result) {
          const auto answers = unpacked<std::vector<std::int8_t>>(result);
          const Index first = block * samples_a_block;
          const auto expected =
              static_cast<std::size_t>(std::min(samples_a_block, header_.samples - first)) * epsilons();
          journal_->require_block(answers, expected);
          std::copy(answers.begin(), answers.end(), status_of(first));
          for (std::size_t k = epsilons() - 1; k < answers.size(); k += epsilons()) {
            tally_.add(static_cast<RobustStatus>(answers[k]));
          }
          tally_.tell(static_cast<double>(++done) / (2 * static_cast<double>(blocks)));
        });
  }

  [[nodiscard]] std::vector<Index> samples_left() {
    std::vector<Index> left;
    for (Index sample = 0; sample < header_.samples; ++sample) {
      const auto* status = status_of(sample);
      const bool open =
          std::count(status, status + epsilons(), static_cast<std::int8_t>(RobustStatus::open)) > 0;
      if (open || settings_.radius) left.push_back(sample);
    }
    return left;
  }

  void search_samples() {
    const std::vector<Index> units = samples_left();
    Index done = 0;
    deal_units(
        Stage::samples, units,
        [&](Index sample, const std::function<void()>& between) {
          const SampleSlab slab = read(sample, 1);
          const auto* status = status_of(sample);
          return packed(sample_answer(certifier_, slab.U.col(0), slab.labels.front(), table_.epsilons,
                                      {status, status + epsilons()}, settings_.radius, between));
        },
        [&](Index sample, const std::string& result) {
          take(sample, unpacked<SampleAnswer>(result));
          tally_.tell(0.5 + static_cast<double>(++done) / (2 * static_cast<double>(units.size())));
        });
  }

  void take(Index sample, const SampleAnswer& answer) {
    journal_->require_answer(answer, table_.epsilons.size(), header_.inputs);
    auto* status = status_of(sample);
    tally_.move(static_cast<RobustStatus>(status[epsilons() - 1]),
                static_cast<RobustStatus>(answer.status.back()));
    std::copy(answer.status.begin(), answer.status.end(), status);
    if (settings_.radius) table_.radius[static_cast<std::size_t>(sample)] = answer.radius;
    if (answer.counterexample.empty()) return;
    table_.counterexamples.push_back(
        {sample, table_.epsilons[static_cast<std::size_t>(answer.attacked_at)],
         Eigen::Map<const Vector>(answer.counterexample.data(), std::ssize(answer.counterexample))});
  }

  const Communicator& ranks_;
  const StatesHeader& header_;
  const Certifier& certifier_;
  const RobustTableSettings& settings_;
  std::optional<AnswerJournal>& journal_;
  std::optional<SampleReader> reader_;
  Patience patience_;
  Tally tally_;
  RobustTable table_;
  std::vector<std::int8_t> status_;
};

}  // namespace

double RobustTable::part(std::size_t k, RobustStatus wanted) const {
  Index count = 0;
  for (std::size_t at = k; at < status.size(); at += epsilons.size()) count += status[at] == wanted ? 1 : 0;
  return static_cast<double>(count) / static_cast<double>(samples());
}

RobustTable certify_samples(const Communicator& ranks, const ImplicitModel& model,
                            const Perturbation& perturbation, const StatesHeader& header,
                            const RobustTableSettings& settings, const std::string& name) {
  const Timer timer;
  std::optional<Certifier> certifier;
  agree(ranks, [&] { certifier.emplace(model, perturbation, settings.certify); });
  const std::string digest = settings.checkpoint.empty() ? "" : states_digest(header, ranks);
  std::optional<AnswerJournal> journal;
  on_root(ranks, [&] {
    journal.emplace(settings, journal_header(model, perturbation, header, settings, digest));
    limit_time_to_leave(journal->what_is_saved());
  });
  RobustTable table = Run(ranks, header, *certifier, settings, name, journal).run();
  table.seconds = timer.seconds();
  return table;
}

}  // namespace simplicit
