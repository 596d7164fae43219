#include <simplicit/base/error.hpp>
#include <simplicit/plan/run_record.hpp>

#include <catch2/catch.hpp>
#include <support/run_reports.hpp>

#include <numeric>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

TEST_CASE("a run report is read as it was written") {
  const RunRecord record = run_record_from(run_report_of(10, 32), "run.json");
  CHECK(record.ranks == 2);
  CHECK(record.nodes == 1);
  CHECK(record.ranks_per_node() == 2);
  CHECK(record.regime == Regime::gram);
  CHECK(record.rows == 320);
  CHECK(record.features == 500);
  CHECK(record.gram == 2);
  REQUIRE(record.blocks.size() == 10);
  CHECK(record.blocks[3].rows == 32);
  CHECK(record.blocks[3].cost == 64);
  CHECK(record.blocks[3].seconds == Approx(0.32));
}

TEST_CASE("a faulty report is refused with the name of the field") {
  struct Fault {
    const char* pointer;
    nlohmann::json value;
    const char* told;
  };
  const std::vector<Fault> faults{
      {"/ranks", 0, "'ranks' is not a whole number from 1"},
      {"/ranks", "two", "'ranks' is not a number"},
      {"/rows", 1.5, "'rows' is not a whole number"},
      {"/rows", 1e13, "'rows' is not a whole number"},
      {"/sizes", 7, "'sizes' is not a JSON object"},
      {"/sizes/features", -3, "'sizes.features' is not a number of at least 0"},
      {"/seconds/gram", nullptr, "'seconds.gram' is not a number"},
      {"/regime", "auto", "'regime' is neither gram nor data"},
      {"/blocks", nlohmann::json::array(), "'blocks' is not a list with at least one block"},
      {"/blocks/1/rows", 0, "'blocks[1].rows' is not a whole number from 1"},
      {"/blocks/1/seconds", -1, "'blocks[1].seconds' is not a number"},
  };
  for (const Fault& fault : faults) {
    nlohmann::json report = run_report_of(3, 8);
    report[nlohmann::json::json_pointer(fault.pointer)] = fault.value;
    CHECK_THROWS_WITH(run_record_from(report, "run.json"), Contains("run.json: ") && Contains(fault.told));
  }
  for (const char* field : {"ranks", "nodes", "rows", "sizes", "memory", "seconds", "regime", "blocks"}) {
    nlohmann::json report = run_report_of(3, 8);
    report.erase(field);
    CHECK_THROWS_WITH(run_record_from(report, "run.json"),
                      Contains(std::string("'") + field + "' is missing"));
  }
  nlohmann::json report = run_report_of(1, 8);
  report["blocks"][0]["seconds"] = 0;
  CHECK_THROWS_WITH(run_record_from(report, "run.json"), Contains("took no time"));
  CHECK_THROWS_WITH(run_record_from(nlohmann::json(3), "run.json"), Contains("is not a JSON object"));
  CHECK_THROWS_AS(read_run_record("/nowhere/run.json"), InputError);
}

TEST_CASE("more rows repeat the measured blocks with their seconds a row") {
  const RunRecord record = run_record_from(run_report_of(10, 8), "run.json");
  const RunRecord same = with_rows(record, 80);
  CHECK(same.blocks.size() == 10);
  const RunRecord more = with_rows(record, 1000);  // cut in blocks of 32 from 512 rows on
  REQUIRE(more.blocks.size() == 32);
  CHECK(more.blocks[0].rows == 32);
  CHECK(more.blocks[0].seconds == Approx(4 * record.blocks[0].seconds));
  CHECK(more.blocks[11].seconds == Approx(4 * record.blocks[1].seconds));
  CHECK(more.blocks.back().rows == 8);
  const Index rows = std::accumulate(more.blocks.begin(), more.blocks.end(), Index{0},
                                     [](Index sum, const MeasuredBlock& block) { return sum + block.rows; });
  CHECK(rows == 1000);
  CHECK(more.gram == Approx(record.gram * (250 + 1000) / (250 + 80)));
}

TEST_CASE("blocks that root solved get the size of the others") {
  nlohmann::json report = run_report_of(4, 8);
  report["blocks"][2]["bytes"] = 0;
  const RunRecord record = with_rows(run_record_from(report, "run.json"), 32);
  CHECK(record.blocks[2].bytes == Approx(record.blocks[1].bytes));
  for (auto& block : report["blocks"]) block["bytes"] = 0;
  CHECK(with_rows(run_record_from(report, "run.json"), 32).blocks[2].bytes > 0);
}

TEST_CASE("the blocks of every stage are repeated for more rows, one stage after the other") {
  nlohmann::json report = run_report_of(8, 8);
  for (int i = 0; i < 4; ++i) report["blocks"][2 * i]["stage"] = 1;
  report["rows"] = 32;
  const RunRecord record = run_record_from(report, "run.json");
  const RunRecord same = with_rows(record, 32);
  REQUIRE(same.blocks.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) CHECK(same.blocks[i].stage == (i < 4 ? 0 : 1));
  const RunRecord more = with_rows(record, 64);
  REQUIRE(more.blocks.size() == 16);
  CHECK(more.blocks[7].stage == 0);
  CHECK(more.blocks[8].stage == 1);
  CHECK(more.between == Approx(2 * record.between));
}

TEST_CASE("what lies between stages is what the phases leave of the total") {
  nlohmann::json report = run_report_of(4, 8);
  CHECK(run_record_from(report, "run.json").between == Approx(0).margin(1e-12));
  report["seconds"]["total"] = 10;
  CHECK(run_record_from(report, "run.json").between == Approx(10 - 6.75));
}

TEST_CASE("a resumed run of several stages is refused, as its report does not hold them all") {
  nlohmann::json report = run_report_of(4, 8);
  report["resumed_rows"] = 16;
  CHECK_NOTHROW(run_record_from(report, "run.json"));
  report["refine"] = nlohmann::json::array();
  CHECK_THROWS_WITH(run_record_from(report, "run.json"), Contains("'resumed_rows'"));
}

TEST_CASE("the blocks of a resumed run stand for those before") {
  nlohmann::json report = run_report_of(4, 8);
  report["rows"] = 64;
  const RunRecord record = with_rows(run_record_from(report, "run.json"), 64);
  CHECK(record.blocks.size() == 8);
  CHECK(record.blocks[5].seconds == Approx(record.blocks[1].seconds));
}

TEST_CASE("a small report cannot claim a large plan") {
  const auto fault = [](const nlohmann::json& report) {
    try {
      (void)run_record_from(report, "run.json");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  nlohmann::json report = run_report_of(4, 8);
  report["rows"] = 1e9;
  CHECK_THAT(fault(report), Contains("'rows' is not a whole number from 1 to 100000000"));
  report = run_report_of(1000, 8);
  report["keep"] = 0.5;
  report["rows"] = 100'000'000;
  for (int stage = 0; stage < 1000; ++stage)
    report["blocks"][static_cast<std::size_t>(stage)]["stage"] = stage;
  CHECK_THAT(fault(report), Contains("100000000 rows in 1000 stage(s)"));
  report = run_report_of(4, 8);
  report["sizes"]["features"] = 1e12;
  CHECK_THAT(fault(report), Contains("G of 1000000000000 features"));
  report["regime"] = "data";
  CHECK(fault(report).empty());
  report["sizes"]["bytes_per_number"] = 1e12;
  CHECK_THAT(fault(report), Contains("bytes_per_number"));
  report = run_report_of(4, 8);
  report["seconds"]["gram"] = 1e300;
  CHECK_THAT(fault(report), Contains("'seconds.gram' is not a number from 0 to 1e+12"));
  CHECK_THROWS_WITH(with_rows(run_record_from(run_report_of(4, 8), "run.json"), 1'000'000'000),
                    Contains("more than can be planned"));
}
