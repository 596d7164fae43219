#pragma once

#include <simplicit/robustness/robust_table.hpp>
#include <simplicit/schedule/journal.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace simplicit {

/// Finished units of work on disk, on root; without --checkpoint it keeps nothing.
class AnswerJournal {
 public:
  /// The two kinds of units: blocks of samples by their bounds, then single samples.
  enum class Stage : int { blocks, samples };

  /// Begins the journal, or reads it again with --resume; throws InputError where `header`, which holds all
  /// that decides the answers, is another one's, or where the journal is damaged.
  AnswerJournal(const RobustTableSettings& settings, const nlohmann::json& header);

  /// Results of earlier runs.
  [[nodiscard]] const std::map<Index, std::string>& earlier(Stage stage) const {
    return stage == Stage::blocks ? blocks_ : samples_;
  }
  void save(Stage stage, Index unit, const std::string& result);
  /// What is saved and how to go on, for the message after a signal.
  [[nodiscard]] std::string what_is_saved() const;

 private:
  void take(const std::string& record);

  std::string path_;
  std::optional<Journal> journal_;
  std::map<Index, std::string> blocks_, samples_;
  Index saved_ = 0;
};

}  // namespace simplicit
