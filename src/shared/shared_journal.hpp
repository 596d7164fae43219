#pragma once

#include <simplicit/layers/layered_network.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/schedule/journal.hpp>
#include <simplicit/solve/row_result.hpp>
#include <simplicit/states/states_file.hpp>

#include <optional>
#include <vector>

namespace simplicit {

/// The checkpoint of a run with shared rows: the shares of the layers, then the rows of one layer after the
/// other, each saved when it is done. Root keeps the file; what earlier runs saved is known to all ranks.
class SharedJournal {
 public:
  /// Begins the journal, or reads it with --resume (collective). Throws InputError on all ranks when it
  /// exists without --resume, belongs to another run or is damaged. Without --checkpoint nothing is saved.
  SharedJournal(const Communicator& ranks, const TrainSettings& settings, const StatesHeader& header,
                const LayeredNetwork& network);

  /// Empty when they were not saved.
  [[nodiscard]] const std::vector<Index>& shares() const { return shares_; }
  /// Empty when the layer was not saved.
  [[nodiscard]] std::vector<RowResult> rows(std::size_t layer) const;
  void save_shares(const std::vector<Index>& shares);                     ///< collective
  void save_rows(std::size_t layer, const std::vector<RowResult>& rows);  ///< collective
  /// Throws Error(ExitCode::interrupted) that says what is saved, and how to go on (collective).
  [[noreturn]] void leave(std::size_t layers_done);

 private:
  void take_shares(const std::string& record, const LayeredNetwork& network);
  void take_layer(const std::string& record, const LayeredNetwork& network);
  [[noreturn]] void refuse(const std::string& fault) const;
  void append(const std::string& record);

  const Communicator& ranks_;
  std::string path_;
  std::size_t layers_;
  std::optional<Journal> journal_;
  std::vector<Index> shares_;
  std::vector<std::vector<RowResult>> rows_;
};

}  // namespace simplicit
