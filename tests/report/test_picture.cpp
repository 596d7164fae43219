#include "report/kept_picture.hpp"
#include "report/robustness.hpp"
#include <simplicit/report/picture.hpp>

#include <catch2/catch.hpp>
#include <report/small_model.hpp>

using namespace simplicit;
using namespace simplicit::report;
using nlohmann::json;

TEST_CASE("layers and tolerance come from the provenance, when they fit") {
  ImplicitModel model = small_model();
  CHECK(layer_sizes_of(model) == std::vector<Index>{2, 2});
  CHECK(tolerance_of(model.provenance) == 1e-6);

  model.provenance["settings"]["layer_sizes"] = {2, 3};  // five states, the model has four
  CHECK(layer_sizes_of(model).empty());
  model.provenance["settings"]["layer_sizes"] = {"two", 2};
  CHECK(layer_sizes_of(model).empty());
  model.provenance = nullptr;
  CHECK(layer_sizes_of(model).empty());
  CHECK(tolerance_of(model.provenance) == std::nullopt);
}

TEST_CASE("the matrices picture holds every nonzero and the border between the layers") {
  const Picture picture = matrices_picture(small_model(), "m.png");
  CHECK(picture.commands.find("$A << EOD\n0 0 1 1 \n0 0 0 1 \n0 0 0 0 \n0 0 0 0 \nEOD\n") !=
        std::string::npos);
  CHECK(picture.commands.find("$B << EOD\n0 0 0 \n0 0 0 \n1 0 1 \n0 1 0 \nEOD\n") != std::string::npos);
  CHECK(picture.commands.find("$C << EOD\n1 0 0 0 \n0 1 0 0 \nEOD\n") != std::string::npos);
  CHECK(picture.commands.find("4 × 3,  3 nonzeros (25.0 %)") != std::string::npos);
  CHECK(picture.commands.find("from 1.5, graph 0 to 1.5, graph 1") != std::string::npos);
  CHECK(picture.commands.find("set output 'm.png'") != std::string::npos);
}

TEST_CASE("a matrix with more entries than the picture has room for is shown as shares") {
  ImplicitModel model = small_model();
  // 300 cells down at most: 600 rows share them in twos. Every even row is full, every odd row empty.
  Matrix A = Matrix::Zero(600, 600);
  for (Index i = 0; i < 600; i += 2) A.row(i).setOnes();
  model.A = A.sparseView();
  const Picture picture = matrices_picture(model, "m.png");
  CHECK(picture.commands.find("$A << EOD\n0.707 0.707 ") != std::string::npos);  // sqrt(1/2)
}

TEST_CASE("the rows picture marks what missed the tolerance and lifts gaps of zero onto the axis") {
  const Picture picture = rows_picture(small_model(), "r.png");
  CHECK(picture.commands.find(
            "\n0 2 1e-08 0 0\n1 1 0.001 2 0\n2 2 1e-16 0 0\n3 1 1e-07 0 0\n4 1 1e-09 1 1\n5 1 1e-09 1 1\n") !=
        std::string::npos);
  CHECK(picture.commands.find("'tolerance 1e-06'") != std::string::npos);
}

TEST_CASE("ranks and attacks are drawn only when the report has them") {
  CHECK_FALSE(ranks_picture(json{{"rows", 3}}, "x.png"));
  CHECK_FALSE(attacks_picture(json{{"attacks", json::array()}}, "x.png"));
  const auto ranks =
      ranks_picture({{"per_rank", {{{"rank", 0}, {"rows", 60}, {"blocks", 9}, {"seconds", 1.25}}}}}, "x.png");
  REQUIRE(ranks);
  CHECK(ranks->commands.find("$ranks << EOD\n0 60 1.25\nEOD\n") != std::string::npos);
  const auto attacks = attacks_picture(
      {{"accuracy", 0.9},
       {"baseline_accuracy", nullptr},
       {"attacks",
        {{{"name", "fgsm"}, {"epsilon", 0.1}, {"accuracy", 0.25}, {"baseline_accuracy", nullptr}}}}},
      "x.png");
  REQUIRE(attacks);
  CHECK(attacks->commands.find("0 90 NaN\n0.1 25 NaN\n") != std::string::npos);
}

namespace {

ScoreSource attacked(const std::string& path, double accuracy, double sensitivity) {
  json attacks = json::array();
  for (const double epsilon : {0.1, 0.05, 0.01}) {
    attacks.push_back({{"name", "fgsm"},
                       {"epsilon", epsilon},
                       {"accuracy", accuracy - epsilon},
                       {"baseline_accuracy", 0.5 - epsilon}});
  }
  return {path,
          {{"accuracy", accuracy},
           {"baseline_accuracy", 0.5},
           {"sensitivity_inf", sensitivity},
           {"attacks", attacks}}};
}

}  // namespace

TEST_CASE("several attacked evaluations are drawn together, each for itself") {
  const std::vector<Evaluation> three = evaluations_of(
      {{},
       {},
       {attacked("a/y.json", 0.5, 10), attacked("a/x.json", 0.75, 20), attacked("b/z.json", 0.25, 5)},
       {}});
  const auto attacks = attacks_compared_picture(three, "x.png");
  REQUIRE(attacks);
  CHECK(attacks->commands.find("$curve0 << EOD\n\"baseline\"\n0 50\n0.01 49\n0.05 45\n0.1 40\nEOD\n") !=
        std::string::npos);
  CHECK(attacks->commands.find("$curve3 << EOD\n\"z\"\n0 25\n0.01 24\n") != std::string::npos);
  CHECK(attacks->commands.find("set xtics (0, 0.01, 0.05, 0.1)") != std::string::npos);
  const auto robustness = robustness_picture(three, "x.png");
  REQUIRE(robustness);
  CHECK(robustness->commands.find("$points0 << EOD\n\"x\"\n20 75 70\nEOD\n") != std::string::npos);
  CHECK(robustness->commands.find("$points2 << EOD\n\"z\"\n5 25 20\nEOD\n") != std::string::npos);
  CHECK(robustness->commands.find("fgsm, epsilon 0.05") != std::string::npos);
  CHECK(robustness->commands.find("lines") == std::string::npos);  // nothing lies between two models

  CHECK_FALSE(attacks_compared_picture({three[0]}, "x.png"));
  CHECK_FALSE(robustness_picture({three[0], three[1]}, "x.png"));
  const ScoreSource calm{"c.json", {{"accuracy", 0.5}, {"sensitivity_inf", 1.0}}};
  const std::vector<Evaluation> calm_ones = evaluations_of({{}, {}, {calm, calm, calm}, {}});
  CHECK_FALSE(attacks_compared_picture(calm_ones, "x.png"));
  CHECK_FALSE(robustness_picture(calm_ones, "x.png"));
}

TEST_CASE("many evaluations share the name of their folder") {
  std::vector<ScoreSource> many;
  for (int i = 0; i < 5; ++i) {
    many.push_back(attacked("a/" + std::to_string(i) + ".json", 0.5, 10));
    many.push_back(attacked("b/" + std::to_string(i + 5) + ".json", 0.25, 5));
  }
  const std::vector<EvaluationGroup> groups = groups_of(evaluations_of({{}, {}, many, {}}));
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].name == "a");
  CHECK(groups[0].evaluations.size() == 5);
}

TEST_CASE("paths and evaluations share a picture of accuracy against weights kept") {
  PathTable table;
  table.columns = {
      {"kept", {0, 0.25, 0.125}}, {"accuracy", {0.1, 0.75, 0.5}}, {"pruned_accuracy", {0.1, 0.5, 0.375}}};
  table.baseline_accuracy = 0.875;
  const std::vector<Evaluation> two =
      evaluations_of({{},
                      {},
                      {{"refined/a.json", {{"kept", 0.0625}, {"accuracy", 0.75}}},
                       {"refined/b.json", {{"kept", 0.03125}, {"accuracy", 0.625}}}},
                      {}});
  const auto picture = kept_picture({{"somewhere/l1.h5", table}}, two, "x.png");
  REQUIRE(picture);
  CHECK(picture->commands.find("$curve0 << EOD\n\"l1\"\n12.5 50\n25 75\nEOD\n") !=
        std::string::npos);  // 0 has no logarithm
  CHECK(picture->commands.find("$curve1 << EOD\n\"a\"\n6.25 75\nEOD\n") != std::string::npos);
  CHECK(picture->commands.find("$curve2 << EOD\n\"b\"\n3.125 62.5\nEOD\n") != std::string::npos);
  CHECK(
      picture->commands.find("$curve3 << EOD\n\"baseline, pruned by magnitude\"\n12.5 37.5\n25 50\nEOD\n") !=
      std::string::npos);
  CHECK(picture->commands.find("87.5 with lines") != std::string::npos);
  CHECK(kept_picture({}, two, "x.png"));
  CHECK_FALSE(kept_picture({}, {two[0]}, "x.png"));
  CHECK_FALSE(kept_picture({}, {}, "x.png"));
}
