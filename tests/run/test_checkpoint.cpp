#include "run/checkpoint_header.hpp"
#include "run/saved_block.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/run/checkpoint.hpp>
#include <simplicit/schedule/plan.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

using namespace simplicit;

namespace {

TrainSettings settings_with(const std::string& journal, bool resume) {
  TrainSettings settings;
  settings.states = "states.h5";
  settings.out = "model.h5";
  settings.objective.lambda_rel = 0.1;
  settings.checkpoint = journal;
  settings.resume = resume;
  return settings;
}

StatesHeader some_states() {
  StatesHeader states;
  states.samples = 100;
  states.states = 7;
  states.inputs = 4;
  states.outputs = 3;
  return states;
}

nlohmann::json header_of(const TrainSettings& settings, const std::string& digest = "0123") {
  return checkpoint_header(settings, some_states(), Regime::gram, digest, 4);
}

std::vector<RowBlock> four_blocks() {
  return row_blocks(std::vector<double>(10, 1.0), 3, {}, LastBlock::whole);
}

std::vector<RowResult> results_of(const RowBlock& block) {
  std::vector<RowResult> results;
  for (const Index row : block.rows) {
    RowResult& result = results.emplace_back();
    result.row = row;
    result.columns = {static_cast<int>(7 + row % 4)};  // an input: no matter how large
    result.values = {1.0 / 3 + static_cast<double>(row)};
  }
  return results;
}

std::string refusal(const TrainSettings& settings, const nlohmann::json& header) {
  try {
    const Checkpoint checkpoint(settings, header, four_blocks());
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("what was saved comes back, what was not is left to do") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  const auto blocks = four_blocks();
  const TrainSettings settings = settings_with(path, true);
  {
    Checkpoint checkpoint(settings, header_of(settings), blocks);
    CHECK(checkpoint.finished_blocks().empty());
    checkpoint.save(blocks[2], packed_rows(results_of(blocks[2])));
    checkpoint.save(blocks[3], packed_rows(results_of(blocks[3])));
    CHECK(checkpoint.what_is_saved() == "4 of 10 rows are saved in " + path + ", run again with --resume");
  }
  std::optional<Checkpoint> checkpoint;
  checkpoint.emplace(settings, header_of(settings), blocks);
  CHECK(checkpoint->rows_saved() == 4);
  checkpoint->begin_stage(0);
  CHECK(checkpoint->rows_saved() == 4);
  CHECK(checkpoint->finished_blocks() == std::vector<Index>{2, 3});
  const auto left = unfinished_blocks(Communicator::self(), blocks, checkpoint);
  REQUIRE(left.size() == 2);
  CHECK(left[0].id == 0);
  CHECK(left[1].id == 1);
  const auto saved = checkpoint->take_rows();
  REQUIRE(saved.size() == 2);
  CHECK(rows_in(saved[0]) == std::vector<Index>{6, 7, 8});
  CHECK(std::get<std::vector<RowResult>>(saved[1])[0].values == std::vector<double>{1.0 / 3 + 9});
}

TEST_CASE("each stage gets its own rows back") {
  const test::TemporaryDirectory directory;
  const auto blocks = four_blocks();
  TrainSettings settings = settings_with(directory / "a.journal", true);
  settings.refine = 1;
  {
    Checkpoint checkpoint(settings, header_of(settings), blocks);
    checkpoint.begin_stage(0);
    checkpoint.save(blocks[1], packed_rows(results_of(blocks[1])));
    checkpoint.begin_stage(2);
    checkpoint.save(blocks[3], packed_rows(results_of(blocks[3])));
    checkpoint.save(blocks[0], packed_rows(results_of(blocks[0])));
    CHECK(checkpoint.rows_saved() == 4);
  }
  Checkpoint checkpoint(settings, header_of(settings), blocks);
  checkpoint.begin_stage(0);
  CHECK(checkpoint.finished_blocks() == std::vector<Index>{1});
  checkpoint.begin_stage(1);
  CHECK(checkpoint.finished_blocks().empty());
  CHECK(checkpoint.take_rows().empty());
  checkpoint.begin_stage(2);
  CHECK(checkpoint.finished_blocks() == std::vector<Index>{0, 3});
  const auto saved = checkpoint.take_rows();
  REQUIRE(saved.size() == 2);
  CHECK(rows_in(saved[0]).size() + rows_in(saved[1]).size() == 4);
}

TEST_CASE("without a journal nothing is saved, and said so") {
  const auto blocks = four_blocks();
  const TrainSettings settings = settings_with("", false);
  Checkpoint checkpoint(settings, header_of(settings), blocks);
  checkpoint.save(blocks[0], packed_rows(results_of(blocks[0])));
  checkpoint.synchronise();
  CHECK(checkpoint.what_is_saved().find("nothing is saved") == 0);
}

TEST_CASE("a journal of other settings or inputs is refused, naming the difference") {
  const test::TemporaryDirectory directory;
  const TrainSettings settings = settings_with(directory / "a.journal", true);
  CHECK(refusal(settings, header_of(settings)).empty());
  CHECK(refusal(settings, header_of(settings)).empty());

  TrainSettings other = settings;
  other.kappa = 0.5;
  CHECK(refusal(other, header_of(other)).find("--kappa was 0.95, now 0.5") != std::string::npos);
  other = settings;
  other.objective.lambda_rel = 0.1 * (1 + 1e-15);
  CHECK(refusal(other, header_of(other)).find("--lambda-rel was 0.1, now 0.1000") != std::string::npos);
  other = settings;
  other.weights = {1, 2, 1, 1};
  CHECK(refusal(other, header_of(other)).find("--weights was") != std::string::npos);
  CHECK(refusal(settings, header_of(settings, "4567")).find("states file") != std::string::npos);
  for (const char* key : {"samples", "states", "blocks", "cpu_type", "git_hash", "version"}) {
    nlohmann::json header = header_of(settings);
    header[key] = "another";
    CHECK(refusal(settings, header).find("now another") != std::string::npos);
  }
  other = settings;
  other.out = "other.h5";
  other.report = "other.json";
  other.states = "elsewhere.h5";
  CHECK(refusal(other, header_of(other)).empty());
}

TEST_CASE("a journal whose whole records make no sense is refused") {
  const test::TemporaryDirectory directory;
  const auto blocks = four_blocks();
  const auto refusal_of = [&](const std::vector<std::string>& records) {
    static int number = 0;
    const TrainSettings settings = settings_with(directory / std::to_string(++number), true);
    {
      Journal journal(settings.checkpoint, header_of(settings).dump());
      for (const std::string& record : records) journal.append(record);
    }
    return refusal(settings, header_of(settings));
  };
  const auto record = [&](Index block, Index rows_of) {
    return packed(
        SavedBlock{block, false, packed_rows(results_of(blocks[static_cast<std::size_t>(rows_of)]))});
  };
  CHECK(refusal_of({record(1, 1), record(0, 0)}).empty());
  CHECK(refusal_of({record(1, 1), record(1, 1)}).find("twice") != std::string::npos);
  CHECK(refusal_of({record(1, 2)}).find("wrong rows") != std::string::npos);
  CHECK(refusal_of({record(4, 0)}).find("unknown") != std::string::npos);
  CHECK(refusal_of({record(-1, 0)}).find("unknown") != std::string::npos);
  CHECK(refusal_of({"nonsense"}).find("damaged") != std::string::npos);
  const auto again = [&](Index block) {
    return packed(SavedBlock{block, true, packed_rows(results_of(blocks[static_cast<std::size_t>(block)]))});
  };
  CHECK(refusal_of({record(1, 1), again(1)}).empty());
}

TEST_CASE("a journal of rows that cannot be is refused by their fault") {
  const test::TemporaryDirectory directory;
  const auto blocks = four_blocks();
  const auto refusal_after = [&](const std::function<void(RowResult&)>& spoil) {
    static int number = 0;
    const TrainSettings settings = settings_with(directory / std::to_string(++number), true);
    std::vector<RowResult> rows = results_of(blocks[1]);
    spoil(rows[1]);
    {
      Journal journal(settings.checkpoint, header_of(settings).dump());
      journal.append(packed(SavedBlock{1, false, packed_rows(rows)}));
    }
    return refusal(settings, header_of(settings));
  };
  const double nan = std::nan("");
  CHECK(refusal_after([](RowResult&) {}).empty());
  for (const int column : {-1, 11, 1 << 30}) {
    CHECK(refusal_after([&](RowResult& row) { row.columns = {column}; }).find("out of range") !=
          std::string::npos);
  }
  CHECK(refusal_after([](RowResult& row) {
          row.columns = {3, 3};
          row.values = {1, 1};
        }).find("order") != std::string::npos);
  CHECK(refusal_after([](RowResult& row) { row.values.clear(); }).find("values") != std::string::npos);
  CHECK(refusal_after([&](RowResult& row) { row.values = {nan}; }).find("finite") != std::string::npos);
  CHECK(refusal_after([&](RowResult& row) { row.primal = nan; }).find("finite") != std::string::npos);
  CHECK(refusal_after([&](RowResult& row) { row.dual = -1 / 0.0; }).find("finite") != std::string::npos);
  CHECK(refusal_after([](RowResult& row) { row.status = static_cast<RowStatus>(17); }).find("status") !=
        std::string::npos);
  CHECK(refusal_after([](RowResult& row) { row.iterations = -5; }).find("negative") != std::string::npos);
}

TEST_CASE("a list that promises more than there is takes no memory") {
  // The length of the columns stands behind the fixed numbers of the first row.
  std::vector<RowResult> rows(1);
  rows[0].columns.assign(40, 1);
  std::string bytes = packed_rows(rows);
  const std::uint64_t length = 40;
  const auto place = bytes.find(std::string(reinterpret_cast<const char*>(&length), sizeof length));
  REQUIRE(place != std::string::npos);
  const std::uint64_t huge = std::uint64_t{1} << 40;
  bytes.replace(place, sizeof huge, reinterpret_cast<const char*>(&huge), sizeof huge);
  CHECK_THROWS_AS(unpacked_rows(bytes), SystemError);
}

TEST_CASE("names of journals are checked before any work") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  CHECK_NOTHROW(check_checkpoint(settings_with("", false)));
  CHECK_NOTHROW(check_checkpoint(settings_with(path, false)));
  CHECK_THROWS_AS(check_checkpoint(settings_with("", true)), InputError);
  CHECK_THROWS_AS(check_checkpoint(settings_with(directory / "nowhere/a", false)), InputError);
  CHECK_THROWS_AS(check_checkpoint(settings_with("./model.h5", false)), InputError);
  std::ofstream(path) << "anything";
  CHECK_THROWS_AS(check_checkpoint(settings_with(path, false)), InputError);
  CHECK_NOTHROW(check_checkpoint(settings_with(path, true)));
}

TEST_CASE("a journal with right checksums and impossible rows is refused") {
  const test::TemporaryDirectory directory;
  const auto blocks = four_blocks();
  const auto refusal_of = [&](const std::function<void(RowResult&)>& change) {
    const std::string path = directory / "a.journal";
    std::filesystem::remove(path);
    const TrainSettings settings = settings_with(path, true);
    {
      Checkpoint checkpoint(settings, header_of(settings), blocks);
      std::vector<RowResult> rows = results_of(blocks[1]);
      change(rows[2]);
      checkpoint.save(blocks[1], packed_rows(rows));
    }
    return refusal(settings, header_of(settings));
  };
  CHECK(refusal_of([](RowResult&) {}).empty());
  const auto told = [](const char* fault) {
    return Catch::Matches(std::string(".*block 1: row 5 .*") + fault + ".*");
  };
  CHECK_THAT(refusal_of([](RowResult& row) { row.columns = {11}; }), told("out of range"));
  CHECK_THAT(refusal_of([](RowResult& row) { row.columns = {-1}; }), told("out of range"));
  CHECK_THAT(refusal_of([](RowResult& row) {
               row.columns = {8, 7}, row.values = {1, 1};
             }),
             told("out of order"));
  CHECK_THAT(refusal_of([](RowResult& row) { row.values = {}; }), told("another number of columns"));
  CHECK_THAT(refusal_of([](RowResult& row) { row.values = {std::numeric_limits<double>::quiet_NaN()}; }),
             told("not finite"));
  CHECK_THAT(refusal_of([](RowResult& row) { row.columns = {3}; }), told("outside the ball"));
  CHECK_THAT(refusal_of([](RowResult& row) { row.status = static_cast<RowStatus>(7); }),
             told("unknown status"));
}

TEST_CASE("a record cannot claim more numbers than it has bytes") {
  const std::string bytes = packed_rows(results_of(four_blocks()[1]));
  const std::uint64_t count = 1, claimed = std::uint64_t{1} << 60;
  const std::string one(reinterpret_cast<const char*>(&count), sizeof count);
  std::size_t changed = 0;
  for (std::size_t at = bytes.find(one); at != std::string::npos; at = bytes.find(one, at + 1)) {
    std::string larger = bytes;
    larger.replace(at, sizeof claimed, reinterpret_cast<const char*>(&claimed), sizeof claimed);
    try {
      (void)unpacked_rows(larger);  // where the number was not a length
    } catch (const SystemError& error) {
      CHECK(std::string(error.what()) == "a message cannot be read");
      ++changed;
    }
  }
  CHECK(changed >= 6);  // columns and values of three rows
}

TEST_CASE("prices are saved and found again as prices, and checked as such") {
  const test::TemporaryDirectory directory;
  const auto blocks = four_blocks();
  TrainSettings settings = settings_with(directory / "a.journal", true);
  settings.refine = 1;
  const auto prices_of = [&](double price, int column) {
    std::vector<RowPrices> prices;
    for (const Index row : blocks[0].rows) prices.push_back({row, {2, column}, {price, 100 * price}});
    return prices;
  };
  {
    Checkpoint checkpoint(settings, header_of(settings), blocks);
    checkpoint.save(blocks[0], packed_rows(prices_of(0.25, 5)));
  }
  {
    Checkpoint checkpoint(settings, header_of(settings), blocks);
    checkpoint.begin_stage(0);
    const auto saved = checkpoint.take_rows();
    REQUIRE(saved.size() == 1);
    const auto& prices = std::get<std::vector<RowPrices>>(saved[0]);
    REQUIRE(prices.size() == blocks[0].rows.size());
    CHECK(prices[1].row == blocks[0].rows[1]);
    CHECK(prices[1].columns == std::vector<int>{2, 5});
    CHECK(prices[1].prices == std::vector<double>{0.25, 25});  // larger than any weight in the ball
  }
  for (const auto& bad : {prices_of(std::nan(""), 5), prices_of(1, 11), prices_of(1, 2)}) {
    TrainSettings other = settings;
    other.checkpoint = directory / "b.journal";
    std::filesystem::remove(other.checkpoint);
    Checkpoint(other, header_of(other), blocks).save(blocks[0], packed_rows(bad));
    CHECK(refusal(other, header_of(other)).find("block 0: row 0 has") != std::string::npos);
  }
}
