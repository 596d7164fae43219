#pragma once

#include "robustness/sample_answer.hpp"
#include <simplicit/robustness/robust_table.hpp>
#include <simplicit/schedule/journal.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace simplicit {

/// What a journal of certificates belongs to: everything that decides the answers. `states_digest` is that of
/// the samples.
[[nodiscard]] nlohmann::json journal_header(const ImplicitModel& model, const Perturbation& perturbation,
                                            const StatesHeader& header, const RobustTableSettings& settings,
                                            const std::string& states_digest);

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
  // An answer that no run can have given means a damaged journal, whatever its checksums say: the following
  // throw InputError.
  [[noreturn]] void refuse(const std::string& fault) const;
  /// Unless these are so many statuses, each one that is known.
  void require_block(const std::vector<std::int8_t>& statuses, std::size_t expected) const;
  /// Unless it has a status for each of so many epsilons, and a counterexample that is a point of the inputs
  /// or none.
  void require_answer(const SampleAnswer& answer, std::size_t epsilons, Index inputs) const;

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
