#include "report/axis.hpp"
#include "report/comparison.hpp"
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
  CHECK(find(table, "Rows solved")->value == "of 122, worst relative gap 2.50e-07");
  CHECK(find(table, "Kept")->value == "unknown");
  CHECK(find(table, "Seconds")->value == "total 1.50");
  CHECK(find(table, "Nonzeros")->value == "A 7");
  CHECK_FALSE(find(table, "Infinity norm of A"));
  const ScoreTable rows =
      training_table({{"rows", 122}, {"solved", 121}, {"missed_rows", {7}}, {"nodes", 2}});
  CHECK(find(rows, "Rows solved")->value == "121 of 122");
  CHECK(find(rows, "Rows that missed the tolerance")->value == "[7]");
  CHECK(find(rows, "Nodes")->value == "2");
}

TEST_CASE("the evaluation lists every attack and every certified accuracy") {
  const ScoreTable table = evaluation_table(
      {{"samples", 10},
       {"accuracy", 0.875},
       {"certified", {{{"epsilon", 0.001}, {"accuracy", 0.5}}}},
       {"attacks", {{{"name", "pgd"}, {"epsilon", 0.05}, {"accuracy", 0.25}, {"baseline_accuracy", 0.2}}}}});
  CHECK(find(table, "Accuracy of the model")->value == "87.50 %");
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
      page({}, {{"Model <script>", "", {{"a", "<i>", "b"}}, {}, "{\"x\": \"</pre>\"}", {}}}, "");
  CHECK(html.find("<script>") == std::string::npos);
  CHECK(html.find("<i>") == std::string::npos);
  CHECK(html.find("&lt;/pre&gt;") != std::string::npos);
  CHECK(html_escaped("it's \x1b[1m\n") == "it&#39;s \\x1b[1m\n");
  CHECK(title_line("it's") == "\"it's\"\n");
  CHECK(title_line("\"\nsystem('id')\n\"\\") == "\"'\\\\x0asystem('id')\\\\x0a'\\\\\"\n");
}

TEST_CASE("the page refers to its pictures and says how to get missing ones") {
  const Section section{"Model m.h5", "", {}, {{"one.png", "Title", "Caption", ""}}, "", {}};
  const std::string html = page({"best.h5", {{"Accuracy", "85 %", "right"}}}, {section}, "no gnuplot");
  CHECK(html.find("<h2>best.h5</h2>") != std::string::npos);
  CHECK(html.find("<img src=\"one.png\"") != std::string::npos);
  CHECK(html.find("class=\"notice\">no gnuplot") != std::string::npos);
  CHECK(page({}, {section}, "").find("class=\"notice\"") == std::string::npos);
}

namespace {

ScoreSource evaluated(const std::string& path, double accuracy, int nonzeros) {
  return {path,
          {{"samples", 10},
           {"state_error", 0.1},
           {"output_error", 0.25},
           {"accuracy", accuracy},
           {"baseline_accuracy", 0.875},
           {"agreement", 0.75},
           {"kept", nonzeros / 20.0},
           {"nnz", {{"A", 3}, {"B", 3}, {"C", nonzeros - 6}, {"D", 0}}},
           {"certified", {{{"epsilon", 0.001}, {"accuracy", 0.5}}}},
           {"classes",
            {{{"class", 0}, {"samples", 6}, {"accuracy", accuracy}, {"baseline_accuracy", 1.0}},
             {{"class", 1}, {"samples", 4}, {"accuracy", 0.25}, {"baseline_accuracy", nullptr}}}},
           {"attacks",
            {{{"name", "pgd"}, {"epsilon", 0.05}, {"accuracy", 0.25}, {"baseline_accuracy", 0.125}}}}}};
}

}  // namespace

TEST_CASE("models are compared best first, with their own names, the baseline with its size last") {
  Sources sources;
  sources.models.push_back({"somewhere/small.h5", small_model()});  // 8 nonzeros, baseline of 20 weights
  sources.evaluations = {evaluated("a/first.json", 0.5, 22), evaluated("b/second.json", 0.75, 8),
                         evaluated("c/first.json", 0.25, 9)};
  const std::vector<Evaluation> evaluations = evaluations_of(sources);
  const Grid grid = comparison_grid(evaluations);
  CHECK(grid.head ==
        std::vector<std::string>{"", "accuracy", "agreement", "weights", "pgd 0.05", "proven 0.001"});
  REQUIRE(grid.rows.size() == 4);
  CHECK(grid.rows[0] == std::vector<std::string>{"small.h5", "75.00 %", "75.00 %", "8 of 20 (40.00 %)",
                                                 "25.00 %", "50.00 %"});
  CHECK(grid.rows[1][0] == "a/first");
  CHECK(grid.rows[1][3] == "22 of 20 (110.00 %): larger than the network");
  CHECK(grid.rows[2][0] == "c/first");
  CHECK(grid.rows[3] ==
        std::vector<std::string>{"baseline, 20 weights", "87.50 %", "100.00 %", "20", "12.50 %", "–"});

  const auto classes = classes_grid(evaluations);
  REQUIRE(classes);
  CHECK(classes->head == std::vector<std::string>{"class", "0", "1"});
  CHECK(classes->rows.front() == std::vector<std::string>{"small.h5", "75.00 %", "25.00 %"});
  CHECK(classes->rows.back() == std::vector<std::string>{"baseline, 20 weights", "100.00 %", "–"});

  const Headline headline = headline_of(evaluations, sources);
  CHECK(headline.model == "small.h5");
  REQUIRE(find(headline.cards, "Accuracy"));
  CHECK(find(headline.cards, "Accuracy")->value == "75.00 %");
}

TEST_CASE("without labels the error of the outputs leads") {
  Sources sources;
  for (const double error : {0.5, 0.25}) {
    sources.evaluations.push_back({"e" + std::to_string(error) + ".json",
                                   {{"samples", 3}, {"accuracy", nullptr}, {"output_error", error}}});
  }
  const std::vector<Evaluation> evaluations = evaluations_of(sources);
  const Grid grid = comparison_grid(evaluations);
  CHECK(grid.head[1] == "output error");
  CHECK(grid.rows[0][1] == "0.25");
  CHECK_FALSE(classes_grid(evaluations));
  const Headline headline = headline_of(evaluations, sources);
  CHECK(find(headline.cards, "Output error"));
  CHECK_FALSE(find(headline.cards, "Accuracy"));
}

TEST_CASE("axes show the differences among their numbers") {
  CHECK(percent_axis('y', {85.5, 87.25, 88}) == "set yrange [85:88.5]\nset ytics 0.5\n");
  CHECK(percent_axis('y', {10, 85, 88}, 30) == "set yrange [56.2:89.8]\nset ytics 5\n");
  CHECK(percent_axis('y', {0, 100}) == "set yrange [0:100]\nset ytics 20\n");
  CHECK(percent_axis('y', {}).empty());
  CHECK(log_axis('x', {3, 20}) ==
        "set logscale x\nset xrange [2.6087:23]\nset format x '%g'\nset xtics (5, 10, 20)\n");
  CHECK(log_axis('x', {0.01, 100}).find("set xtics (0.01, 0.1, 1, 10, 100)") != std::string::npos);
  CHECK(ticks_at('x', {0.1, 0, 0.001, 0.05}) == "set xtics (0, 0.05, 0.1)\n");
}
