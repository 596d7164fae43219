#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/schedule/run_rows.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/states/store.hpp>
#include <simplicit/train/checkpoint.hpp>
#include <simplicit/train/train_settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Wall seconds of root between barriers.
struct TrainSeconds {
  double read = 0;
  double gram = 0;    ///< G and R, every time they were formed
  double solve = 0;   ///< from the first block handed out to the last certificate, of all stages
  double gather = 0;  ///< assembling the model
  double write = 0;
  double total = 0;
};

/// What a training run works with on every rank. It goes through stages; in each of them every row is solved
/// once, and what a stage solves follows from the stages before it alone.
class TrainingRun {
 public:
  /// Reads the states (collective). `checkpoint` is filled on root and outlives the run.
  TrainingRun(const Communicator& ranks, const TrainSettings& settings, const StatesHeader& header,
              SamplePart part, std::optional<Checkpoint>& checkpoint);

  /// Solves all rows with `solve`, on whichever rank asks (collective). Rows that the journal holds are not
  /// solved again; G and R are formed when a row is left and the regime needs them. Root gets the rows,
  /// sorted. Throws Error(ExitCode::interrupted) on all ranks after a signal.
  [[nodiscard]] std::vector<RowResult> solve_stage(const SolveBlock& solve);
  /// The rows of [A B] and [C D] with the penalty of `objective`, from `warm` where that is not empty.
  [[nodiscard]] std::vector<RowResult> solve_penalised(const ObjectiveSettings& objective,
                                                       const WarmStart& warm);
  /// The samples have changed: G and R must be formed again.
  void forget_gram() { gram_.reset(); }

  [[nodiscard]] const Communicator& ranks() const { return ranks_; }
  [[nodiscard]] const TrainSettings& settings() const { return settings_; }
  [[nodiscard]] const StatesHeader& header() const { return header_; }
  [[nodiscard]] StateStore& store() { return store_; }
  [[nodiscard]] const Gram& gram() const { return *gram_; }
  [[nodiscard]] Regime regime() const { return regime_; }
  [[nodiscard]] const BlockSettings& block_settings() const { return block_; }
  [[nodiscard]] const std::vector<RowBlock>& blocks() const { return blocks_; }
  /// The blocks that were solved, a list a stage; on root.
  [[nodiscard]] std::vector<std::vector<BlockRecord>> take_block_records() { return std::move(records_); }
  [[nodiscard]] Index resumed_rows() const { return resumed_rows_; }
  [[nodiscard]] const std::string& digest() const { return digest_; }
  [[nodiscard]] TrainSeconds& seconds() { return seconds_; }

 private:
  void estimate_costs(std::vector<RowBlock>& left);
  RunRowsOutcome solve_rows(const std::vector<RowBlock>& left, const SolveBlock& solve);

  Communicator ranks_;
  const TrainSettings& settings_;
  StatesHeader header_;
  StateStore store_;
  std::string digest_;
  Regime regime_;
  std::shared_ptr<BetweenRows> between_rows_ = std::make_shared<BetweenRows>();
  BlockSettings block_;
  std::vector<RowBlock> blocks_;
  std::optional<Gram> gram_;
  std::optional<Checkpoint>& checkpoint_;
  std::vector<std::vector<BlockRecord>> records_;  ///< a list a stage
  Index stage_ = 0;
  Index resumed_rows_ = 0;
  TrainSeconds seconds_;
};

/// Weights of all rows on every rank, to start the next stage from: root's rows are sent to all (collective).
[[nodiscard]] std::vector<SparseRow> broadcast_rows(const Communicator& ranks,
                                                    const std::vector<RowResult>& rows);

/// Starts every row from its weights in `rows`, which must outlive what is returned; from nothing when empty.
[[nodiscard]] WarmStart warm_start_from(const std::vector<SparseRow>& rows);
/// Nonzeros of root's rows, on all ranks (collective).
[[nodiscard]] Index count_nonzeros(const Communicator& ranks, const std::vector<RowResult>& rows);

/// The model that all rows of these states make, without provenance.
[[nodiscard]] ImplicitModel model_of(const StatesHeader& header, double kappa, std::vector<RowResult> rows);
/// The same from root's rows on every rank (collective).
[[nodiscard]] ImplicitModel broadcast_model_of(const TrainingRun& run, const std::vector<RowResult>& rows);

}  // namespace simplicit
