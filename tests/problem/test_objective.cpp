#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>

#include <catch2/catch.hpp>

#include <functional>

using namespace simplicit;
using Catch::Contains;

namespace {

using Change = std::function<void(ObjectiveSettings&)>;

std::string fault(const std::string& name, const Change& change) {
  ObjectiveSettings settings;
  settings.name = name;
  change(settings);
  try {
    objective_named(name).validate(settings);
  } catch (const InputError& error) {
    CHECK(error.code() == ExitCode::bad_input);
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("the objectives are found by name") {
  std::vector<std::string> names;
  for (const Objective* objective : objectives()) {
    names.emplace_back(objective->name);
    CHECK(&objective_named(objective->name) == objective);
    CHECK(std::string(objective->summary).size() > 10);
  }
  CHECK(names == std::vector<std::string>{"l1", "elastic-net", "perspective", "min-norm"});
  CHECK_THROWS_WITH(objective_named("l2"),
                    Contains("--objective 'l2'") && Contains("l1, elastic-net, perspective, min-norm"));
}

TEST_CASE("a penalised objective needs exactly one lambda above 0") {
  for (const std::string name : {"l1", "elastic-net"}) {
    CHECK(fault(name, [](auto& s) { s.lambda = 1; }) == "none");
    CHECK(fault(name, [](auto& s) { s.lambda_rel = 0.1; }) == "none");
    CHECK_THAT(fault(name, [](auto&) {}), Contains("exactly one of --lambda and --lambda-rel"));
    CHECK_THAT(fault(name, [](auto& s) { s.lambda = s.lambda_rel = 1; }), Contains("exactly one of"));
    for (const double bad : {0.0, -1.0, infinity, std::nan("")}) {
      CHECK_THAT(fault(name, [&](auto& s) { s.lambda = bad; }), Contains("--lambda must be"));
      CHECK_THAT(fault(name, [&](auto& s) { s.lambda_rel = bad; }), Contains("--lambda-rel must be"));
    }
  }
}

TEST_CASE("flags of another objective are refused by name") {
  CHECK_THAT(fault("l1", [](auto& s) { s.lambda = 1, s.own["l1_ratio"] = 0.5; }),
             Contains("--l1-ratio does not"));
  CHECK_THAT(fault("l1", [](auto& s) { s.lambda = 1, s.own["mu"] = 0.5; }), Contains("--mu does not"));
  CHECK_THAT(fault("elastic-net", [](auto& s) { s.lambda = 1, s.own["gamma"] = 1; }),
             Contains("--gamma does not"));
  CHECK_THAT(fault("elastic-net", [](auto& s) { s.lambda = 1, s.own["delta"] = 0; }),
             Contains("--delta does not"));
  CHECK_THAT(fault("min-norm", [](auto& s) { s.lambda = 1; }), Contains("--lambda does not"));
  CHECK_THAT(fault("min-norm", [](auto& s) { s.lambda_rel = 1; }), Contains("--lambda-rel does not"));
}

TEST_CASE("the numbers of elastic-net, perspective and min-norm have ranges") {
  for (const double bad : {0.0, -0.1, 1.1, std::nan("")}) {
    CHECK_THAT(fault("elastic-net", [&](auto& s) { s.lambda = 1, s.own["l1_ratio"] = bad; }),
               Contains("--l1-ratio must"));
  }
  CHECK(fault("elastic-net", [](auto& s) { s.lambda = 1, s.own["l1_ratio"] = 1; }) == "none");
  CHECK(fault("perspective", [](auto& s) { s.own["mu"] = 1, s.own["gamma"] = 1; }) == "none");
  CHECK(fault("perspective", [](auto& s) { s.lambda = 1, s.own["gamma"] = 1; }) == "none");
  CHECK_THAT(fault("perspective", [](auto& s) { s.own["mu"] = 1; }), Contains("--gamma above 0"));
  CHECK_THAT(fault("perspective", [](auto& s) { s.own["mu"] = 1, s.own["gamma"] = infinity; }),
             Contains("--gamma"));
  CHECK_THAT(fault("perspective", [](auto& s) { s.own["mu"] = -1, s.own["gamma"] = 1; }),
             Contains("--mu must be"));
  CHECK_THAT(fault("perspective", [](auto& s) { s.own["gamma"] = 1; }), Contains("--mu and --gamma"));
  CHECK_THAT(fault("perspective", [](auto& s) { s.own["mu"] = s.own["gamma"] = s.lambda = 1; }),
             Contains("not both"));
  for (const double good : {0.0, 0.5}) {
    CHECK(fault("min-norm", [&](auto& s) { s.own["delta"] = good; }) == "none");
  }
  for (const double bad : {-0.1, 1.0, std::nan("")}) {
    CHECK_THAT(fault("min-norm", [&](auto& s) { s.own["delta"] = bad; }), Contains("--delta must"));
  }
}

TEST_CASE("the penalty of a row follows from its lambda_max") {
  ObjectiveSettings settings;
  settings.lambda_rel = 0.25;
  CHECK(objective_named("l1").penalty(settings, 8).slope == 2);
  settings.own["l1_ratio"] = 0.75;
  const Penalty elastic = objective_named("elastic-net").penalty(settings, 8);
  CHECK(elastic.slope == 1.5);
  CHECK(elastic.curvature == 0.5);
  settings.own["gamma"] = 0.5;
  const Penalty perspective = objective_named("perspective").penalty(settings, 8);
  CHECK(perspective.slope == Approx(2));
  CHECK(perspective.far_curvature == 1);
  CHECK(perspective.far_offset == Approx(2));  // mu = slope^2 / (4 gamma)
  settings = {};
  settings.lambda = 3;
  CHECK(objective_named("l1").penalty(settings, 8).slope == 3);
  CHECK(objective_named("min-norm").penalty == nullptr);
}
