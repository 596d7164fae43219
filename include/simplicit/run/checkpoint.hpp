#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/run/stage_rows.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/schedule/journal.hpp>
#include <simplicit/schedule/run_blocks.hpp>
#include <simplicit/states/states_file.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace simplicit {

/// Throws InputError before any work: --resume without --checkpoint, a journal that exists without --resume,
/// a name that cannot be written or is also that of another file of the run.
void check_checkpoint(const TrainSettings& settings);

/// The rows that are safe on disk, and the journal they go to; on root only. Without --checkpoint it only
/// counts.
class Checkpoint {
 public:
  /// Begins the journal, or reads it again with --resume and throws InputError when it belongs to something
  /// else or is damaged, or rows in it are no rows of `features` features. `header` as from
  /// checkpoint_header.
  Checkpoint(const TrainSettings& settings, const nlohmann::json& header,
             const std::vector<RowBlock>& blocks);

  /// Saves to and answers from this stage (0 at first) from now on: in each stage of a run every row is
  /// solved once.
  void begin_stage(Index stage);
  /// What earlier runs solved in this stage: places in the list of blocks, and their rows.
  [[nodiscard]] std::vector<Index> finished_blocks() const;
  [[nodiscard]] const StageRows& rows_of_block(Index block) const { return finished_.at(block); }
  [[nodiscard]] std::vector<StageRows> take_rows();
  /// The block is to be solved again: its rows are not what they say.
  void drop_block(Index block);

  /// Saves the rows of a block, as from packed_rows, at once. Throws SystemError when the disk does not take
  /// it.
  void save(const RowBlock& block, const std::string& rows);
  /// Returns when everything is on the disk.
  void synchronise();
  /// Rows of this stage on disk, of this run and earlier ones.
  [[nodiscard]] Index rows_saved() const { return rows_saved_; }
  /// What is saved and how to go on, for the message after a signal.
  [[nodiscard]] std::string what_is_saved() const;

 private:
  void resume(const nlohmann::json& header, const std::vector<RowBlock>& blocks);
  void take_record(const std::string& record, const std::vector<RowBlock>& blocks);

  std::string path_;
  std::optional<Journal> journal_;
  Index block_count_ = 0;
  bool many_stages_ = false;
  Index stage_ = 0;
  std::map<Index, std::map<Index, StageRows>> earlier_;  ///< by stage and block
  std::map<Index, StageRows> finished_;                  ///< of this stage, by block
  std::set<Index> dropped_;                              ///< blocks of this stage that are solved again
  Index rows_in_all_ = 0;
  RowLimits limits_;
  Index rows_saved_ = 0;
};

/// The blocks that are left, the same on all ranks; `checkpoint` is root's (collective).
[[nodiscard]] std::vector<RowBlock> unfinished_blocks(const Communicator& ranks,
                                                      const std::vector<RowBlock>& blocks,
                                                      const std::optional<Checkpoint>& checkpoint);

/// Does `work`, which keeps `saved` (on root) in step with what is on the disk and how to go on. When a
/// signal stops it, the message ends with that: throws Error(ExitCode::interrupted) on all ranks
/// (collective).
void run_saving(const Communicator& ranks, const TrainSettings& settings,
                const std::function<void(std::string& saved)>& work);

/// Whether a row in flight should be given up: after SIGTERM at once, after SIGUSR1 when it has had a while
/// to finish.
class Patience {
 public:
  [[nodiscard]] bool ends();

 private:
  std::optional<Timer> since_signal_;
};

}  // namespace simplicit
