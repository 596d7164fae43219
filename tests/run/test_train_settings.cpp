#include <simplicit/base/error.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/run/regime.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>

using namespace simplicit;
using Catch::Contains;

namespace {

TrainSettings good_settings() {
  TrainSettings settings;
  settings.objective.lambda = 1;
  return settings;
}

std::string fault(const std::function<void(TrainSettings&)>& change) {
  TrainSettings settings = good_settings();
  change(settings);
  try {
    validate(settings);
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

StatesHeader header_of(Index samples, Index states, Index inputs) {
  StatesHeader header;
  header.path = "some.h5";
  header.samples = samples;
  header.states = states;
  header.inputs = inputs;
  header.outputs = 10;
  header.precision = Precision::float32;
  return header;
}

}  // namespace

TEST_CASE("settings out of range are refused by flag") {
  const double not_a_number = std::nan("");
  CHECK(fault([](auto&) {}) == "none");
  for (const double bad : {0.0, 1.0, -0.5, not_a_number}) {
    CHECK_THAT(fault([&](auto& s) { s.kappa = bad; }), Contains("--kappa"));
  }
  for (const double bad : {0.0, 1e-13, 1.0, not_a_number}) {
    CHECK_THAT(fault([&](auto& s) { s.tolerance = bad; }), Contains("--tol"));
  }
  for (const double bad : {0.0, -1.0, not_a_number, infinity}) {
    CHECK_THAT(fault([&](auto& s) { s.weights[2] = bad; }), Contains("--weights"));
    CHECK_THAT(fault([&](auto& s) { s.memory_gib = bad; }), Contains("--memory"));
  }
  CHECK_THAT(fault([](auto& s) { s.weights = {1, 1, 1}; }), Contains("--weights needs four"));
  CHECK_THAT(fault([](auto& s) { s.objective.lambda.reset(); }), Contains("--lambda"));
  CHECK_THAT(fault([](auto& s) { s.objective.name = "l0"; }), Contains("--objective 'l0'"));
}

TEST_CASE("the regime follows from the sizes and the memory") {
  TrainSettings settings = good_settings();
  CHECK(choose_regime(settings, header_of(1000, 100, 800)) == Regime::gram);
  CHECK(choose_regime(settings, header_of(100, 100, 800)) == Regime::data);       // d > 2 m
  CHECK(choose_regime(settings, header_of(100000, 100, 60000)) == Regime::data);  // G has 29 GB
  settings.memory_gib = 1e-4;
  CHECK(choose_regime(settings, header_of(1000, 100, 800)) == Regime::data);
  settings.regime = Regime::gram;
  CHECK_THROWS_WITH(choose_regime(settings, header_of(1000, 100, 800)),
                    Contains("--memory") && Contains("some.h5") && Contains("--regime data"));
  settings.memory_gib.reset();
  CHECK(choose_regime(settings, header_of(100, 100, 800)) == Regime::gram);
  settings.regime = Regime::data;
  CHECK(choose_regime(settings, header_of(1000, 100, 800)) == Regime::data);
}

TEST_CASE("the bytes of the states count Phi and the targets once, padded") {
  StatesHeader header = header_of(17, 3, 2);
  CHECK(states_bytes(header) == 32 * (3 + 2 + 3 + 10) * sizeof(float));
  header.bias = true;
  header.precision = Precision::float64;
  CHECK(states_bytes(header) == 32 * (3 + 2 + 1 + 3 + 10) * sizeof(double));
}

TEST_CASE("settings that decide the model are all recorded") {
  TrainSettings settings = good_settings();
  const nlohmann::json before = to_json(settings);
  const std::vector<std::function<void(TrainSettings&)>> changes{
      [](auto& s) { s.objective.name = "min-norm"; },
      [](auto& s) { s.objective.lambda = 2; },
      [](auto& s) { s.objective.lambda_rel = 2; },
      [](auto& s) { s.objective.own["l1_ratio"] = 0.1; },
      [](auto& s) { s.objective.own["mu"] = 2; },
      [](auto& s) { s.objective.own["gamma"] = 2; },
      [](auto& s) { s.objective.own["delta"] = 0.1; },
      [](auto& s) { s.kappa = 0.5; },
      [](auto& s) { s.tolerance = 1e-7; },
      [](auto& s) {
        s.weights = {1, 2, 1, 1};
      },
      [](auto& s) { s.structure = Structure::feedforward; },
      [](auto& s) { s.standardize = true; }};
  for (const auto& change : changes) {
    TrainSettings changed = settings;
    change(changed);
    CHECK(to_json(changed) != before);
  }
  settings.out = "elsewhere.h5";
  settings.report = "elsewhere.json";
  CHECK(to_json(settings) == before);
}
