#include <simplicit/evaluate/scores.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace simplicit;

namespace {

std::set<std::string> keys_of(const nlohmann::json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

}  // namespace

TEST_CASE("The record has the agreed keys, unknown figures are null") {
  Scores scores;
  scores.samples = 7;
  scores.certified = {{1e-3, {}, {}}};
  scores.nonzeros_b = 4;
  const nlohmann::json record = to_json(scores);
  CHECK(keys_of(record) == std::set<std::string>{"samples",
                                                 "accuracy",
                                                 "baseline_accuracy",
                                                 "pruned_accuracy",
                                                 "agreement",
                                                 "state_error",
                                                 "output_error",
                                                 "fixed_point",
                                                 "norm_a_inf",
                                                 "spectral_radius_abs_a",
                                                 "sensitivity_inf",
                                                 "nnz",
                                                 "kept",
                                                 "certified_radius",
                                                 "classes",
                                                 "certified",
                                                 "attacks",
                                                 "seconds",
                                                 "nonzeros",
                                                 "baseline_parameters",
                                                 "bytes"});
  CHECK(keys_of(record["fixed_point"]) == std::set<std::string>{"iterations", "residual", "error_bound"});
  CHECK(keys_of(record["nnz"]) == std::set<std::string>{"A", "B", "C", "D"});
  CHECK(keys_of(record["certified_radius"]) == std::set<std::string>{"median", "max"});
  CHECK(keys_of(record["seconds"]) ==
        std::set<std::string>{"read", "inference", "attack", "certify", "total"});
  CHECK(record["samples"] == 7);
  CHECK(record["nnz"]["B"] == 4);
  CHECK(record["accuracy"].is_null());
  CHECK(record["kept"].is_null());
  CHECK(record["certified"][0]["epsilon"] == 1e-3);
  CHECK(record["certified"][0]["accuracy"].is_null());
  CHECK(record["attacks"] == nlohmann::json::array());
  scores.attacks = {{"fgsm", 0.05, 0.3, {}}};
  const nlohmann::json attack = to_json(scores)["attacks"][0];
  CHECK(attack ==
        nlohmann::json(
            {{"name", "fgsm"}, {"epsilon", 0.05}, {"accuracy", 0.3}, {"baseline_accuracy", nullptr}}));
}

TEST_CASE("The table names every figure and says what is unknown") {
  Scores scores;
  scores.accuracy = 0.85;
  scores.certified = {{3e-4, 0.5, {}}};
  const std::string table = to_table(scores);
  CHECK_THAT(table, Catch::Contains("85.00 %") && Catch::Contains("certified accuracy at 0.0003") &&
                        Catch::Contains("unknown"));
}
