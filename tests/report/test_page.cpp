#include "report/gnuplot.hpp"
#include "report/page.hpp"

#include <catch2/catch.hpp>
#include <report/small_model.hpp>

using namespace simplicit;
using namespace simplicit::report;
using nlohmann::json;

namespace {

const Score* find(const ScoreTable& table, const std::string& name) {
  for (const Score& score : table) {
    if (score.name == name) return &score;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("scores are shown with their unit, null as unknown, missing ones not at all") {
  const ScoreTable table = training_table({{"rows", 122},
                                           {"kept", nullptr},
                                           {"max_relative_gap", 2.5e-7},
                                           {"seconds", {{"total", 1.5}}},
                                           {"nnz", {{"A", 7}}}});
  REQUIRE(find(table, "Rows"));
  CHECK(find(table, "Rows")->value == "122");
  CHECK(find(table, "Weights kept")->value == "unknown");
  CHECK(find(table, "Worst relative gap")->value == "2.5e-07");
  CHECK(find(table, "Total time")->value == "1.50 s");
  CHECK(find(table, "Nonzeros of A")->value == "7");
  CHECK_FALSE(find(table, "Rows solved"));
  CHECK(find(training_table({{"rows", 122}, {"solved", 121}}), "Rows solved")->value == "121 of 122");
}

TEST_CASE("the evaluation lists every attack and every certified accuracy") {
  const ScoreTable table = evaluation_table(
      {{"samples", 10},
       {"accuracy", 0.875},
       {"certified", {{{"epsilon", 0.001}, {"accuracy", 0.5}}}},
       {"attacks", {{{"name", "pgd"}, {"epsilon", 0.05}, {"accuracy", 0.25}, {"baseline_accuracy", 0.2}}}}});
  CHECK(find(table, "Accuracy")->value == "87.50 %");
  REQUIRE(find(table, "Accuracy under pgd, epsilon 0.05"));
  CHECK(find(table, "Accuracy under pgd, epsilon 0.05")->meaning.find("20.00 %") != std::string::npos);
  CHECK(find(table, "Certified accuracy, epsilon 0.001")->value == "50.00 %");
}

TEST_CASE("the model table counts nonzeros against the baseline") {
  const ScoreTable table = model_table(small_model());
  CHECK(find(table, "A")->value == "4 x 4, 3 nonzeros");
  CHECK(find(table, "Weights kept")->value == "40.00 %");  // 3 + 3 + 2 of 20
}

TEST_CASE("text from files cannot become HTML or gnuplot commands") {
  CHECK(html_escaped("<b> & \"x\"") == "&lt;b&gt; &amp; &quot;x&quot;");
  const std::string html =
      page({}, {{"Model <script>", "", {{"a", "<i>", "b"}}, {}, "{\"x\": \"</pre>\"}"}}, "");
  CHECK(html.find("<script>") == std::string::npos);
  CHECK(html.find("<i>") == std::string::npos);
  CHECK(html.find("&lt;/pre&gt;") != std::string::npos);
  CHECK(html_escaped("it's \x1b[1m\n") == "it&#39;s \\x1b[1m\n");
  CHECK(title_line("it's") == "\"it's\"\n");
  CHECK(title_line("\"\nsystem('id')\n\"\\") == "\"'\\\\x0asystem('id')\\\\x0a'\\\\\"\n");
}

TEST_CASE("the page refers to its pictures and says how to get missing ones") {
  const Section section{"Model m.h5", "", {}, {{"one.png", "Title", "Caption", ""}}, ""};
  const std::string html = page({{"Accuracy", "85 %", "right"}}, {section}, "no gnuplot");
  CHECK(html.find("<img src=\"one.png\"") != std::string::npos);
  CHECK(html.find("class=\"notice\">no gnuplot") != std::string::npos);
  CHECK(page({}, {section}, "").find("class=\"notice\"") == std::string::npos);
}
