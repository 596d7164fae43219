#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/problem/row_samples.hpp>
#include <simplicit/run/checkpoint.hpp>
#include <simplicit/run/stage_rows.hpp>
#include <simplicit/run/start.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/schedule/run_blocks.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/states/store.hpp>

#include <functional>
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

/// Solves, or prices, the rows of a block, in their order; what a stage does on whichever rank asks.
using SolveRows = std::function<std::vector<RowResult>(const RowBlock&)>;
using PriceRows = std::function<std::vector<RowPrices>(const RowBlock&)>;

/// Whether rows that were read from a journal are what they say, measured again.
using RowsHold = std::function<bool(const std::vector<RowResult>& rows)>;

/// What a training run works with on every rank. It goes through stages; in each of them every row is solved
/// once, and what a stage solves follows from the stages before it alone.
class TrainingRun {
 public:
  /// Reads the states, but for those that refining sets aside, and opens the journal (collective). `saved` is
  /// kept up to date with what is on the disk (see run_saving) and outlives the run.
  TrainingRun(const Communicator& ranks, RunStart start, std::string& saved);
  TrainingRun(const TrainingRun&) = delete;
  TrainingRun& operator=(const TrainingRun&) = delete;

  /// Solves all rows with `solve`, on whichever rank asks (collective). Rows that the journal holds are not
  /// solved again; G and R are formed when a row is left and the regime needs them. Root gets the rows,
  /// sorted. Throws Error(ExitCode::interrupted) on all ranks after a signal.
  /// A block whose rows in the journal do not `hold` is solved again; without `hold` the journal is trusted.
  [[nodiscard]] std::vector<RowResult> solve_stage(const SolveRows& solve, const RowsHold& hold) {
    return solve_stage(solve, hold, blocks_);
  }
  /// The same for the rows of some of blocks() alone.
  [[nodiscard]] std::vector<RowResult> solve_stage(const SolveRows& solve, const RowsHold& hold,
                                                   const std::vector<RowBlock>& blocks);
  /// Prices the features of all rows, as solve_stage solves them. Prices only choose, so those in the journal
  /// are trusted: what they choose is fitted and certified.
  [[nodiscard]] std::vector<RowPrices> price_stage(const PriceRows& price);
  /// The rows with the penalty of `objective`, from `warm` where that is not empty.
  [[nodiscard]] std::vector<RowResult> solve_penalised(const ObjectiveSettings& objective,
                                                       const WarmStart& warm) {
    return solve_penalised(objective, warm, blocks_);
  }
  [[nodiscard]] std::vector<RowResult> solve_penalised(const ObjectiveSettings& objective,
                                                       const WarmStart& warm,
                                                       const std::vector<RowBlock>& blocks);
  /// X has been replaced in the store: G and R must be formed again (collective).
  void samples_changed() {
    samples_.measure();
    gram_.reset();
  }
  /// The baseline's states again, after refining has replaced them (collective); stages count on.
  void restore_states();

  [[nodiscard]] const Communicator& ranks() const { return ranks_; }
  [[nodiscard]] const TrainSettings& settings() const { return settings_; }
  [[nodiscard]] const StatesHeader& header() const { return header_; }
  [[nodiscard]] StateStore& store() { return store_; }
  /// The samples that refining sets aside to choose by.
  [[nodiscard]] const StateStore& held_out() const { return *held_out_; }
  /// The samples of the store as the rows see them.
  [[nodiscard]] const RowSamples& samples() const { return samples_; }
  [[nodiscard]] const Gram& gram() const { return *gram_; }
  [[nodiscard]] Regime regime() const { return regime_; }
  [[nodiscard]] const BlockSettings& block_settings() const { return block_; }
  [[nodiscard]] const std::vector<RowBlock>& blocks() const { return blocks_; }
  /// The blocks that were solved, one list for each stage; on root.
  [[nodiscard]] std::vector<std::vector<BlockRecord>> take_block_records() { return std::move(records_); }
  [[nodiscard]] Index resumed_rows() const { return resumed_rows_; }
  [[nodiscard]] const std::string& digest() const { return digest_; }
  [[nodiscard]] TrainSeconds& seconds() { return seconds_; }

 private:
  struct SolvedBlocks {
    bool complete = false;        ///< false after a stop request
    std::vector<StageRows> rows;  ///< of all blocks of the stage, those of the journal too; on root
  };
  template <class Row>
  [[nodiscard]] std::vector<Row> run_stage(const std::function<std::vector<Row>(const RowBlock&)>& solve,
                                           const RowsHold& hold, const std::vector<RowBlock>& blocks);
  void drop_unproven_blocks(const RowsHold& hold);
  void estimate_costs(std::vector<RowBlock>& left);
  void tell_what_is_saved();
  [[nodiscard]] SolvedBlocks solve_blocks(const std::vector<RowBlock>& left, const SolveBlock& solve);

  Communicator ranks_;
  TrainSettings settings_;
  StatesHeader header_;
  Regime regime_;
  StateStore store_;
  RowSamples samples_;
  std::optional<StateStore> held_out_;
  std::string digest_;
  std::shared_ptr<BetweenRows> between_rows_ = std::make_shared<BetweenRows>();
  BlockSettings block_;
  std::vector<RowBlock> blocks_;
  std::optional<Gram> gram_;
  std::optional<Checkpoint> checkpoint_;           ///< on root
  std::string& saved_;                             ///< what a user who interrupts is told
  std::vector<std::vector<BlockRecord>> records_;  ///< one list for each stage
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
