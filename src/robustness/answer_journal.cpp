#include "robustness/answer_journal.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/states/fingerprint.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace simplicit {
namespace {

struct AnswerRecord {
  int stage = 0;
  Index unit = 0;
  std::string result;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& stage& unit;
    archive_list(archive, result);
  }
};

// A fingerprint of the numbers of the model.
std::string digest_of(const ImplicitModel& model) {
  Fingerprint fingerprint;
  for (const SparseMatrix* M : {&model.A, &model.B, &model.C, &model.D}) {
    fingerprint.add(fmt::format("{} {}", M->rows(), M->cols()));
    const auto count = static_cast<std::size_t>(M->nonZeros());
    fingerprint.add(std::as_bytes(std::span(M->valuePtr(), count)));
    fingerprint.add(std::as_bytes(std::span(M->innerIndexPtr(), count)));
    fingerprint.add(std::as_bytes(std::span(M->outerIndexPtr(), static_cast<std::size_t>(M->rows() + 1))));
  }
  return hex_text(fingerprint.value());
}

}  // namespace

nlohmann::json journal_header(const ImplicitModel& model, const Perturbation& perturbation,
                              const StatesHeader& header, const RobustTableSettings& settings,
                              const std::string& states_digest) {
  return {{"kind", "certificates"},
          {"level", name_of(settings.certify.level)},
          {"domains", settings.certify.most_domains},
          {"epsilons", settings.epsilons},
          {"radius", settings.radius},
          {"half_width", perturbation.half_width.sum()},
          {"range", perturbation.range ? perturbation.range->upper.sum() : 0.0},
          {"model", digest_of(model)},
          {"samples", header.samples},
          {"states_digest", states_digest},
          {"version", version()},
          {"git_hash", git_hash()},
          {"cpu_type", cpu_type()}};
}

AnswerJournal::AnswerJournal(const RobustTableSettings& settings, const nlohmann::json& header)
    : path_(settings.checkpoint) {
  if (path_.empty()) return;
  if (!std::filesystem::exists(path_)) {
    if (settings.resume) spdlog::info("{}: there is no journal yet, starting afresh", path_);
    journal_.emplace(path_, header.dump());
    return;
  }
  JournalContent content;
  journal_.emplace(path_, content);
  if (content.header != header.dump()) {
    throw InputError(
        path_ +
        ": cannot resume, the journal belongs to another run: model, states file, levels, epsilons "
        "and the program must be the same");
  }
  for (const std::string& record : content.records) take(record);
  if (content.torn_bytes > 0) {
    spdlog::warn("{}: the last {} bytes are a record that was never completed, cut off", path_,
                 content.torn_bytes);
  }
  if (saved_ > 0)
    spdlog::info("{}: resuming with {} finished pieces of work, whose answers are trusted", path_, saved_);
}

void AnswerJournal::take(const std::string& bytes) {
  AnswerRecord record;
  if (const auto failed = failure_of([&] { record = unpacked<AnswerRecord>(bytes); })) {
    refuse(failed->message);
  }
  (record.stage == static_cast<int>(Stage::blocks) ? blocks_ : samples_)[record.unit] =
      std::move(record.result);
  ++saved_;
}

void AnswerJournal::save(Stage stage, Index unit, const std::string& result) {
  if (!journal_) return;
  journal_->append(packed(AnswerRecord{static_cast<int>(stage), unit, result}));
  ++saved_;
}

void AnswerJournal::refuse(const std::string& fault) const {
  throw InputError(path_ + ": the journal is damaged: " + fault);
}

void AnswerJournal::require_block(const std::vector<std::int8_t>& statuses, std::size_t expected) const {
  if (statuses.size() != expected) refuse("a piece of work has the wrong size");
  const auto known = [](std::int8_t status) {
    return status >= 0 && status <= static_cast<std::int8_t>(RobustStatus::open);
  };
  if (!std::ranges::all_of(statuses, known)) refuse("an answer is none of those known");
}

void AnswerJournal::require_answer(const SampleAnswer& answer, std::size_t epsilons, Index inputs) const {
  require_block(answer.status, epsilons);
  if (!answer.counterexample.empty() && std::ssize(answer.counterexample) != inputs) {
    refuse("a counterexample has the wrong size");
  }
  if (answer.attacked_at < 0 || answer.attacked_at >= static_cast<std::int64_t>(epsilons)) {
    refuse("a counterexample belongs to no epsilon");
  }
  if (!(answer.radius >= 0) || !std::isfinite(answer.radius)) refuse("a radius is no number");
}

std::string AnswerJournal::what_is_saved() const {
  if (!journal_) return "nothing is saved (give --checkpoint FILE to be able to go on)";
  return std::to_string(saved_) + " finished pieces of work are saved in " + path_ +
         ", run again with --resume";
}

std::string journal_of_baseline(const std::string& checkpoint) {
  return checkpoint + ".baseline";
}

void check_robustness_checkpoint(const RobustTableSettings& settings) {
  if (settings.checkpoint.empty()) {
    if (settings.resume) throw InputError("--resume needs --checkpoint FILE");
    return;
  }
  for (const std::string& path : {settings.checkpoint, journal_of_baseline(settings.checkpoint)}) {
    if (settings.resume || !std::filesystem::exists(path)) continue;
    throw InputError(path +
                     ": the journal exists already; go on with --resume, or remove it to start afresh");
  }
}

}  // namespace simplicit
