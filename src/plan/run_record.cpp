#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/base/report_fields.hpp>
#include <simplicit/plan/run_record.hpp>
#include <simplicit/problem/gram_tiles.hpp>
#include <simplicit/run/regime.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr double most_seconds = 1e12;
constexpr double most_bytes = 1e15;
constexpr double most_cost = 1e100;
/// Tiles of G and R that a prediction deals out; more would be a G of terabytes on a node.
constexpr double most_gram_tiles = 2e6;

std::vector<MeasuredBlock> blocks_of(const ReportFields& report, const std::string& source) {
  const nlohmann::json& list = report.at("blocks");
  if (!list.is_array() || list.empty()) report.refuse("'blocks'", "is not a list with at least one block");
  std::vector<MeasuredBlock> blocks;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const ReportFields block(list[i], source, fmt::format("blocks[{}]", i));
    blocks.push_back({block.count("rows", 1, most_planned_rows), block.count("stage", 0),
                      block.number("cost", most_cost), block.number("seconds", most_seconds),
                      block.number("bytes", most_bytes)});
  }
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const MeasuredBlock& a, const MeasuredBlock& b) { return a.stage < b.stage; });
  return blocks;
}

/// Bytes of a row's result where no message was measured: sparse rows with a tenth of the features.
double bytes_per_row(const RunRecord& record) {
  constexpr double certificate = 90;
  constexpr double bytes_per_nonzero = sizeof(int) + sizeof(double);
  double bytes = 0;
  double rows = 0;
  for (const MeasuredBlock& block : record.blocks) {
    if (block.bytes <= 0) continue;
    bytes += block.bytes;
    rows += static_cast<double>(block.rows);
  }
  return rows > 0 ? bytes / rows
                  : certificate + bytes_per_nonzero * 0.1 * static_cast<double>(record.features);
}

std::vector<std::vector<MeasuredBlock>> by_stage(const std::vector<MeasuredBlock>& blocks) {
  std::vector<std::vector<MeasuredBlock>> stages;
  for (const MeasuredBlock& block : blocks) {
    if (stages.empty() || stages.back().front().stage != block.stage) stages.emplace_back();
    stages.back().push_back(block);
  }
  return stages;
}

Index rows_of(const std::vector<MeasuredBlock>& blocks) {
  Index rows = 0;
  for (const MeasuredBlock& block : blocks) rows += block.rows;
  return rows;
}

/// The blocks of a stage with `rows` rows, `width` a block: the measured ones over and over.
void append_repeated(const std::vector<MeasuredBlock>& measured, Index rows, Index width,
                     std::vector<MeasuredBlock>& blocks) {
  std::size_t place = 0;
  for (Index left = rows; left > 0; left -= width) {
    MeasuredBlock block = measured[place++ % measured.size()];
    const Index count = std::min(width, left);
    const double share = static_cast<double>(count) / static_cast<double>(block.rows);
    block.rows = count;
    block.cost *= share;
    block.seconds *= share;
    block.bytes *= share;
    blocks.push_back(block);
  }
}

/// A prediction lists every block of every stage and every tile of G and R; a report of some bytes must not
/// fill the memory with them.
void require_bounded(const RunRecord& record, Index rows) {
  Index stages = 0;
  for (std::size_t i = 0; i < record.blocks.size(); ++i) {
    if (i == 0 || record.blocks[i].stage != record.blocks[i - 1].stage) ++stages;
  }
  if (rows > most_planned_rows / stages) {
    throw InputError(fmt::format("{}: {} rows in {} stage(s) are more than can be planned, {} in all",
                                 record.source, rows, stages, most_planned_rows));
  }
  const auto width = static_cast<double>(gram_tile(record.features));
  const double down = std::ceil(static_cast<double>(record.features) / width);
  const double across = std::ceil(static_cast<double>(rows) / width);
  if (record.regime == Regime::gram && down * (down / 2 + across) > most_gram_tiles) {
    throw InputError(
        fmt::format("{}: G of {} features and {} rows fits no node; a run of that size is one of "
                    "regime data",
                    record.source, record.features, rows));
  }
}

}  // namespace

RunRecord run_record_from(const nlohmann::json& report, const std::string& source) {
  const ReportFields fields(report, source);
  const ReportFields sizes = fields.within("sizes");
  const ReportFields seconds = fields.within("seconds");
  RunRecord record;
  record.source = source;
  constexpr Index most_ranks = 1 << 20;
  record.ranks = static_cast<int>(fields.count("ranks", 1, most_ranks));
  record.nodes = static_cast<int>(fields.count("nodes", 1, record.ranks));
  const std::string regime = fields.text("regime");
  if (regime != "gram" && regime != "data") fields.refuse("'regime'", "is neither gram nor data");
  record.regime = regime == "gram" ? Regime::gram : Regime::data;
  record.samples = sizes.count("samples", 1);
  record.features = sizes.count("features", 1);
  record.bytes_per_number = sizes.count("bytes_per_number", 4, 8);
  record.rows = fields.count("rows", 1, most_planned_rows);
  record.gram_ranks = record.ranks;
  record.rank_bytes = fields.within("memory").number("rank_bytes", most_bytes);
  record.read = seconds.number("read", most_seconds);
  record.gram = seconds.number("gram", most_seconds);
  record.gather = seconds.number("gather", most_seconds);
  record.write = seconds.number("write", most_seconds);
  const double phases =
      record.read + record.gram + seconds.number("solve", most_seconds) + record.gather + record.write;
  record.between = std::max(0.0, seconds.number("total", most_seconds) - phases);
  record.blocks = blocks_of(fields, source);
  const bool of_stages = !fields.at("keep").is_null() || !fields.at("refine").is_null();
  if (of_stages && fields.count("resumed_rows", 0) > 0) {
    fields.refuse("'resumed_rows'",
                  "is above 0: a run with --keep or --refine that was resumed holds only some of its stages; "
                  "the report of one that was not is needed");
  }
  double solving = 0;
  for (const MeasuredBlock& block : record.blocks) solving += block.seconds;
  if (!(solving > 0)) fields.refuse("'blocks'", "took no time at all");
  require_bounded(record, record.rows);
  return record;
}

RunRecord read_run_record(const std::string& path) {
  const nlohmann::json report = json_from_file(path);
  if (report.is_discarded()) throw InputError(path + ": is neither a states file (HDF5) nor JSON");
  return run_record_from(report, path);
}

RunRecord with_rows(const RunRecord& record, Index rows) {
  require_bounded(record, rows);
  const double row_bytes = bytes_per_row(record);
  const Index width = rows_per_block(rows, record.regime);

  RunRecord other = record;
  const double factor = static_cast<double>(rows) / static_cast<double>(record.rows);
  other.rows = rows;
  const double half_of_g = static_cast<double>(record.features) / 2;
  other.gram *= (half_of_g + static_cast<double>(rows)) / (half_of_g + static_cast<double>(record.rows));
  other.gather *= factor;
  other.write *= factor;
  other.between *= factor;
  other.blocks.clear();
  for (const std::vector<MeasuredBlock>& stage : by_stage(record.blocks)) {
    const bool as_measured = rows == record.rows && rows_of(stage) == rows;
    if (as_measured) {
      other.blocks.insert(other.blocks.end(), stage.begin(), stage.end());
    } else {
      append_repeated(stage, rows, width, other.blocks);
    }
  }
  for (MeasuredBlock& block : other.blocks) {
    if (block.bytes <= 0) block.bytes = row_bytes * static_cast<double>(block.rows);
  }
  return other;
}

}  // namespace simplicit
