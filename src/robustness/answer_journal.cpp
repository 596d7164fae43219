#include "robustness/answer_journal.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/parallel/values.hpp>

#include <spdlog/spdlog.h>

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

}  // namespace

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
    throw InputError(path_ + ": the journal is damaged: " + failed->message);
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
