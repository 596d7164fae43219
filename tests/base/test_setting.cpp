#include <simplicit/base/error.hpp>
#include <simplicit/base/figure.hpp>
#include <simplicit/base/setting.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

using namespace simplicit;

namespace {

enum class Colour { red, green };

struct Given {
  double share = 0.5;
  int rounds = 3;
  std::uint64_t seed = 1;
  bool loud = false;
  std::string file;
  std::optional<double> delta;
  std::vector<double> factors{1, 1};
  std::vector<std::string> attacks;
  Colour colour = Colour::red;
  std::optional<Colour> second;
};

std::vector<Setting> list_of(Given& given) {
  const std::vector<std::pair<std::string, Colour>> colours{{"red", Colour::red}, {"green", Colour::green}};
  return {
      {.flag = "--share", .place = &given.share, .help = "", .bounds = inside(0, 1), .key = "share"},
      {.flag = "--rounds", .place = &given.rounds, .help = "", .bounds = from_to(0, 20), .key = "rounds"},
      {.flag = "--seed", .place = &given.seed, .help = "", .bounds = at_least(0), .key = "seed"},
      {.flag = "--loud", .place = &given.loud, .help = "", .key = "loud"},
      {.flag = "file", .place = &given.file, .help = ""},
      {.flag = "--delta", .place = &given.delta, .help = "", .bounds = above(0), .key = "delta"},
      {.flag = "--factors",
       .place = &given.factors,
       .help = "",
       .bounds = above(0),
       .numbers = 2,
       .key = "factors"},
      {.flag = "--attack", .place = &given.attacks, .help = "", .names = {"fgsm", "pgd"}, .key = "attacks"},
      {.flag = "--colour", .place = choice_of(given.colour, colours), .help = "", .key = "colour"},
      {.flag = "--second", .place = choice_of(given.second, "auto", colours), .help = "", .key = "second"}};
}

void give(Given& given, const std::string& flag, const std::vector<std::string>& words) {
  for (const Setting& setting : list_of(given)) {
    if (setting.flag == flag) return assign(setting, words);
  }
  FAIL("no setting " << flag);
}

std::string refusal(const std::string& flag, const std::vector<std::string>& words) {
  Given given;
  try {
    give(given, flag, words);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("words become values and values the record") {
  Given given;
  give(given, "--share", {"1e-3"});
  give(given, "--rounds", {"20"});
  give(given, "--seed", {"18446744073709"});
  give(given, "--loud", {});
  give(given, "--delta", {"0.25"});
  give(given, "--factors", {"2,0.5"});
  give(given, "--attack", {"pgd,fgsm"});
  give(given, "--colour", {"green"});
  give(given, "--second", {"red"});
  const nlohmann::json expected{
      {"share", 1e-3},  {"rounds", 20},        {"seed", 18446744073709}, {"loud", true},
      {"delta", 0.25},  {"factors", {2, 0.5}}, {"colour", "green"},      {"attacks", {"pgd", "fgsm"}},
      {"second", "red"}};
  CHECK(to_json(list_of(given)) == expected);
  Given untouched;
  CHECK(to_json(list_of(untouched))["delta"].is_null());
  CHECK(to_json(list_of(untouched))["second"] == "auto");
  CHECK_NOTHROW(require_in_bounds(list_of(untouched)));
}

TEST_CASE("what is refused is named with its flag, and what would do") {
  CHECK(refusal("--share", {"much"}) == "--share takes a number, not 'much'");
  CHECK(refusal("--share", {"1.5"}) == "--share must be above 0 and below 1, not 1.5");
  CHECK(refusal("--share", {"0"}) == "--share must be above 0 and below 1, not 0");
  CHECK(refusal("--share", {"nan"}) == "--share must be above 0 and below 1, not nan");
  CHECK(refusal("--share", {""}) == "--share takes a number, not ''");
  CHECK(refusal("--rounds", {"2.5"}) == "--rounds takes a whole number, not '2.5'");
  CHECK(refusal("--rounds", {"21"}) == "--rounds must be at least 0 and at most 20, not 21");
  CHECK(refusal("--rounds", {"99999999999999999999"}) ==
        "--rounds must be at least 0 and at most 20, not 99999999999999999999");
  CHECK(refusal("--seed", {"-1"}) == "--seed must be at least 0, not -1");
  CHECK(refusal("--delta", {"inf"}) == "--delta must be above 0, not inf");
  CHECK(refusal("--factors", {"1,2,3"}) == "--factors needs two numbers, not 3");
  CHECK(refusal("--factors", {"1,"}) == "--factors takes a number, not ''");
  CHECK(refusal("--attack", {"fgsm,cw"}) == "--attack 'cw' is none of fgsm, pgd");
  CHECK(refusal("--colour", {"blue"}) == "--colour 'blue' is none of red, green");
}

TEST_CASE("values that no parser has seen are checked too") {
  Given given;
  given.share = std::nan("");
  CHECK_THROWS_WITH(require_in_bounds(list_of(given)), Catch::Contains("--share"));
  given.share = 0.5;
  given.factors = {1};
  CHECK_THROWS_WITH(require_in_bounds(list_of(given)), Catch::Contains("--factors needs two"));
}

TEST_CASE("figures are stored and printed as their records say") {
  struct Run {
    double seconds = 1.234;
    long rows = 7;
    std::optional<double> kept;
  };
  const std::array figures{
      Figure<Run>{"/rows", "rows", "", as_count, "",
                  [](const Run& run) { return std::optional(static_cast<double>(run.rows)); }},
      Figure<Run>{"/twice", "rows", "", Print{"of {:.0f}", 2, false}, "",
                  [](const Run& run) { return std::optional(static_cast<double>(run.rows)); }},
      Figure<Run>{"/kept", "rows", "kept", as_percent, "", [](const Run& run) { return run.kept; }},
      Figure<Run>{"/seconds/total", "seconds", "", as_seconds, "",
                  [](const Run& run) { return std::optional(run.seconds); }},
      Figure<Run>{"/hidden", "", "", as_count, "", [](const Run&) { return std::optional(1.0); }}};
  Run run;
  nlohmann::json record;
  add_to(record, values_of(figures, run));
  CHECK(record.dump() == R"({"hidden":1,"kept":null,"rows":7,"seconds":{"total":1.234},"twice":7.0})");
  run.kept = 0.125;
  CHECK(table_of(values_of(figures, run), 8) == "rows     7 of 14, kept 12.50 %\nseconds  1.23\n");
}
