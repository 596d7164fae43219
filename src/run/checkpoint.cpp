#include "run/checkpoint_header.hpp"
#include "run/saved_block.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/run/checkpoint.hpp>
#include <simplicit/system/declared_files.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace simplicit {
namespace {

namespace fs = std::filesystem;

constexpr const char* nothing_saved = "nothing is saved (give --checkpoint FILE to be able to go on)";

Index count_rows(const std::vector<RowBlock>& blocks) {
  Index rows = 0;
  for (const RowBlock& block : blocks) rows += static_cast<Index>(block.rows.size());
  return rows;
}

/// A count of this run's own header; 0 where it is none.
Index count_in(const nlohmann::json& header, const char* key) {
  const auto count = header.find(key);
  return count != header.end() && count->is_number_integer() ? count->get<Index>() : 0;
}

nlohmann::json parsed_header(const std::string& path, const std::string& header) {
  const nlohmann::json json = json_from_text(header);
  if (!json.is_object()) throw InputError(path + ": the header of the journal is not JSON");
  return json;
}

/// What is saved when a signal comes before the journal is open.
std::string saved_before_work(const TrainSettings& settings) {
  if (settings.checkpoint.empty()) return nothing_saved;
  if (settings.resume) return settings.checkpoint + " keeps what it holds, run again with --resume";
  return "no row is solved yet, run again with --resume";
}

}  // namespace

Checkpoint::Checkpoint(const TrainSettings& settings, const nlohmann::json& header,
                       const std::vector<RowBlock>& blocks)
    : path_(settings.checkpoint),
      block_count_(static_cast<Index>(blocks.size())),
      many_stages_(settings.keep.has_value() || rounds_of_refining(settings) > 0 ||
                   !settings.lambda_rel_path.empty()),
      rows_in_all_(count_rows(blocks)),
      limits_{count_in(header, "states"), count_in(header, "features"), settings.kappa} {
  if (path_.empty()) return;
  if (settings.resume && std::filesystem::exists(path_)) {
    resume(header, blocks);
  } else {
    if (settings.resume) spdlog::info("{}: there is no journal yet, starting afresh", path_);
    journal_.emplace(path_, header.dump());
  }
}

void Checkpoint::begin_stage(Index stage) {
  stage_ = stage;
  finished_ = std::move(earlier_[stage]);
  earlier_.erase(stage);
  dropped_.clear();
  rows_saved_ = 0;
  for (const auto& [block, rows] : finished_) rows_saved_ += std::ssize(rows_in(rows));
}

std::vector<Index> Checkpoint::finished_blocks() const {
  std::vector<Index> blocks;
  for (const auto& [block, rows] : finished_) blocks.push_back(block);
  return blocks;
}

std::vector<StageRows> Checkpoint::take_rows() {
  std::vector<StageRows> all;
  for (auto& [block, rows] : finished_) all.push_back(std::move(rows));
  finished_.clear();
  return all;
}

void Checkpoint::drop_block(Index block) {
  spdlog::warn("{}: rows of block {} are not what they say, they are solved again", path_, block);
  rows_saved_ -= std::ssize(rows_in(finished_.at(block)));
  finished_.erase(block);
  dropped_.insert(block);
}

void Checkpoint::resume(const nlohmann::json& header, const std::vector<RowBlock>& blocks) {
  JournalContent content;
  journal_.emplace(path_, content);
  const std::string differences = differences_between(parsed_header(path_, content.header), header);
  if (!differences.empty()) {
    throw InputError(path_ + ": cannot resume, the journal belongs to another run: " + differences);
  }
  for (const std::string& record : content.records) take_record(record, blocks);
  for (const auto& [stage, finished] : earlier_) {
    for (const auto& [block, rows] : finished) rows_saved_ += std::ssize(rows_in(rows));
  }
  if (content.torn_bytes > 0) {
    spdlog::warn("{}: the last {} bytes are a record that was never completed, cut off", path_,
                 content.torn_bytes);
  }
  if (many_stages_) {
    spdlog::info("{}: resuming with {} rows of {} stage(s)", path_, rows_saved_, earlier_.size());
  } else {
    spdlog::info("{}: resuming with {} of {} rows", path_, rows_saved_, rows_in_all_);
  }
}

void Checkpoint::take_record(const std::string& record, const std::vector<RowBlock>& blocks) {
  const auto refuse = [&](const std::string& fault) {
    throw InputError(path_ + ": the journal is damaged: " + fault);
  };
  SavedBlock finished;
  StageRows rows;
  const auto failure = failure_of([&] {
    finished = unpacked<SavedBlock>(record);
    rows = unpacked_rows(finished.rows);
  });
  if (failure) refuse("a record is no block of rows");
  const std::string name = "block " + std::to_string(finished.block);
  if (finished.block < 0 || (!many_stages_ && finished.block >= block_count_)) refuse(name + " is unknown");
  const Index place = finished.block % block_count_;
  auto& stage = earlier_[finished.block / block_count_];
  if (stage.contains(place) && !finished.again) refuse(name + " comes twice");
  if (rows_in(rows) != blocks[static_cast<std::size_t>(place)].rows) {
    refuse(name + " has the wrong rows");
  }
  const std::string fault = fault_of(rows, limits_);
  if (!fault.empty()) refuse(name + ": " + fault);
  stage[place] = std::move(rows);
}

void Checkpoint::save(const RowBlock& block, const std::string& rows) {
  if (!journal_) return;
  const auto failure = failure_of([&] {
    journal_->append(packed(SavedBlock{stage_ * block_count_ + block.id, dropped_.contains(block.id), rows}));
  });
  if (failure) {
    raise({failure->code, failure->message + " (" + std::to_string(rows_saved_) + " of " +
                              std::to_string(rows_in_all_) +
                              " rows are saved; make room and run again with --resume)"});
  }
  rows_saved_ += std::ssize(block.rows);
}

void Checkpoint::synchronise() {
  if (journal_) journal_->synchronise();
}

void check_checkpoint(const TrainSettings& settings) {
  const std::string& path = settings.checkpoint;
  if (path.empty()) {
    if (settings.resume) throw InputError("--resume needs --checkpoint FILE");
    return;
  }
  const std::array<std::pair<const char*, const std::string*>, 3> others{
      {{"the states file", &settings.states}, {"--out", &settings.out}, {"--report", &settings.report}}};
  for (const auto& [name, other] : others) {
    if (!other->empty() && is_same_file(path, *other))
      throw InputError("--checkpoint and " + std::string(name) + " are the same file");
  }
  require_writable(path);
  if (!settings.resume && fs::exists(path)) {
    throw InputError(path +
                     ": the journal exists already; go on with --resume, or remove it to start afresh");
  }
}

std::string Checkpoint::what_is_saved() const {
  if (!journal_) return nothing_saved;
  const std::string stage = many_stages_ ? " of stage " + std::to_string(stage_ + 1) : "";
  return std::to_string(rows_saved_) + " of " + std::to_string(rows_in_all_) + " rows" + stage +
         " are saved in " + path_ + ", run again with --resume";
}

std::vector<RowBlock> unfinished_blocks(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                                        const std::optional<Checkpoint>& checkpoint) {
  std::vector<char> finished(blocks.size(), 0);
  if (checkpoint) {
    const std::vector<Index>& of_stage = checkpoint->finished_blocks();
    for (std::size_t place = 0; place < blocks.size(); ++place) {
      finished[place] = std::ranges::binary_search(of_stage, blocks[place].id) ? 1 : 0;
    }
  }
  ranks.broadcast(std::span<char>(finished));
  std::vector<RowBlock> left;
  for (std::size_t place = 0; place < blocks.size(); ++place) {
    if (finished[place] == 0) left.push_back(blocks[place]);
  }
  return left;
}

void run_saving(const Communicator& ranks, const TrainSettings& settings,
                const std::function<void(std::string& saved)>& work) {
  std::string saved = saved_before_work(settings);
  limit_time_to_leave(ranks.is_root() ? saved : "");
  try {
    work(saved);
  } catch (const Error& error) {
    if (error.code() != ExitCode::interrupted) throw;
    throw Error(ExitCode::interrupted,
                "interrupted by " + name_of(interruption_requested(ranks)) + ": " + saved);
  }
}

bool Patience::ends() {
  constexpr double seconds_after_stop = 2;
  const Interruption request = interruption_requested();
  if (request != Interruption::stop) return request == Interruption::terminate;
  if (!since_signal_) since_signal_.emplace();
  return since_signal_->seconds() > seconds_after_stop;
}

}  // namespace simplicit
