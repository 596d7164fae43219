#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>

#include <algorithm>
#include <array>
#include <limits>

// To add an objective: give it a record below, with its parameters, and a place in the list after them.

namespace simplicit {
namespace {

// Throws InputError unless exactly one of lambda and lambda_rel is given.
void require_lambda(const ObjectiveSettings& settings) {
  if (settings.lambda.has_value() == settings.lambda_rel.has_value()) {
    throw InputError("objective " + settings.name + " needs exactly one of --lambda and --lambda-rel" +
                     (settings.lambda ? ""
                                      : ": --lambda-rel 1e-3 is a good first value, --keep 0.1 keeps a tenth "
                                        "of the weights instead"));
  }
}

// l1: lambda |w|_1

constexpr Objective l1{"l1",
                       "lambda |w|_1: sparsity",
                       {},
                       require_lambda,
                       [](const ObjectiveSettings& settings, double lambda_max) {
                         return l1_penalty(lambda_of(settings, lambda_max));
                       }};

// elastic-net: lambda (alpha |w|_1 + (1 - alpha)/2 |w|^2)

constexpr double default_l1_ratio = 0.5;
constexpr std::array elastic_net_parameters{
    ObjectiveParameter{"--l1-ratio", "l1_ratio", "elastic-net: alpha in (0, 1], 0.5 when not given",
                       Bounds{0, 1, true, false}, false}};

constexpr Objective elastic_net{
    "elastic-net", "lambda (alpha |w|_1 + (1 - alpha)/2 |w|^2): sparsity with correlated states",
    elastic_net_parameters, require_lambda, [](const ObjectiveSettings& settings, double lambda_max) {
      return elastic_net_penalty(lambda_of(settings, lambda_max),
                                 settings.parameter("l1_ratio").value_or(default_l1_ratio));
    }};

// perspective: sum over j of min over 0 <= t <= 1 of mu t + gamma w_j^2 / t

constexpr std::array perspective_parameters{
    ObjectiveParameter{"--mu", "mu", "perspective: price of a nonzero",
                       Bounds{.lowest = 0, .without_lowest = true}, true},
    ObjectiveParameter{"--gamma", "gamma", "perspective: ridge of a nonzero",
                       Bounds{.lowest = 0, .without_lowest = true}, false}};

// Either mu and gamma, or gamma and a slope at zero lambda = 2 sqrt(mu gamma) given like that of l1.
void require_mu_or_slope(const ObjectiveSettings& settings) {
  const bool has_mu = settings.parameter("mu").has_value();
  const bool has_slope = settings.lambda || settings.lambda_rel;
  if (has_mu && has_slope) {
    throw InputError(
        "objective perspective takes --mu or the slope at zero 2 sqrt(mu gamma) as --lambda or --lambda-rel, "
        "not "
        "both");
  }
  if (!has_mu && !has_slope) {
    throw InputError(
        "objective perspective needs --mu and --gamma (or, for --mu, the slope at zero 2 sqrt(mu gamma) as "
        "--lambda or --lambda-rel)");
  }
  if (!settings.parameter("gamma")) throw InputError("objective perspective needs --gamma above 0");
  if (has_slope) require_lambda(settings);
}

constexpr Objective perspective{
    "perspective", "convex relaxation of mu per nonzero plus gamma w^2: closest to counting nonzeros",
    perspective_parameters, require_mu_or_slope, [](const ObjectiveSettings& settings, double lambda_max) {
      const double gamma = *settings.parameter("gamma");
      if (const auto mu = settings.parameter("mu")) return perspective_penalty(*mu, gamma);
      const double slope = lambda_of(settings, lambda_max);
      return perspective_penalty(slope * slope / (4 * gamma), gamma);
    }};

// min-norm: |w|_1 subject to |z - Phi w| <= delta |z|

constexpr std::array min_norm_parameters{
    ObjectiveParameter{"--delta", "delta", "min-norm: relative residual allowed, 0 for exact matching",
                       Bounds{0, 1, false, true}, true}};

constexpr Objective min_norm{
    "min-norm", "|w|_1 subject to |z - Phi w| <= delta |z|: robustness (delta 0 is exact matching)",
    min_norm_parameters, nullptr, nullptr};

constexpr std::array<const Objective*, 4> listed{&l1, &elastic_net, &perspective, &min_norm};

std::string objective_help() {
  std::string help = "What to minimise besides the mismatch:";
  for (const Objective* objective : listed) {
    help += std::string("\n") + objective->name + ": " + objective->summary;
  }
  return help;
}

std::vector<std::string> objective_names() {
  std::vector<std::string> names;
  for (const Objective* objective : listed) names.emplace_back(objective->name);
  return names;
}

// Positive numbers so small that they have lost digits would make the objective another one.
void require_all_digits(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    const auto* const place = std::get_if<std::optional<double>*>(&setting.place);
    if (place == nullptr || !**place || !(***place > 0)) continue;
    if (***place < std::numeric_limits<double>::min()) {
      throw InputError(setting.flag +
                       " is too small for double precision to hold all its digits: give at least 2.3e-308");
    }
  }
}

bool has_parameter(const Objective& objective, const std::string& key) {
  return std::ranges::any_of(objective.parameters, [&](const auto& own) { return key == own.key; });
}

}  // namespace

std::optional<double> ObjectiveSettings::parameter(const std::string& key) const {
  const auto found = own.find(key);
  return found != own.end() ? found->second : std::nullopt;
}

std::span<const Objective* const> objectives() {
  return listed;
}

const Objective& objective_named(const std::string& name) {
  std::string names;
  for (const Objective* objective : listed) {
    if (name == objective->name) return *objective;
    names += (names.empty() ? "" : ", ") + std::string(objective->name);
  }
  throw InputError("--objective '" + name + "' is none of " + names);
}

void Objective::validate(const ObjectiveSettings& settings) const {
  const auto refuse = [&](const char* flag) {
    throw InputError(std::string(flag) + " does not belong to objective " + name);
  };
  for (const Objective* other : listed) {
    for (const ObjectiveParameter& its : other->parameters) {
      if (settings.parameter(its.key) && !has_parameter(*this, its.key)) refuse(its.flag);
    }
  }
  if (penalty == nullptr && settings.lambda) refuse("--lambda");
  if (penalty == nullptr && settings.lambda_rel) refuse("--lambda-rel");
  ObjectiveSettings copy = settings;
  require_in_bounds(settings_of(copy));
  require_all_digits(settings_of(copy));
  if (require_penalty != nullptr) require_penalty(settings);
}

std::vector<Setting> settings_of(ObjectiveSettings& settings) {
  std::vector<Setting> list{
      {.flag = "--objective",
       .place = choice_of(settings.name, objective_names()),
       .help = objective_help(),
       .unit = "NAME",
       .group = problem_group,
       .key = "objective"},
      {.flag = "--lambda",
       .place = &settings.lambda,
       .help = "Penalty weight",
       .unit = "V",
       .group = penalty_group,
       .bounds = above(0),
       .key = "lambda"},
      {.flag = "--lambda-rel",
       .place = &settings.lambda_rel,
       .help = "Penalty weight as a fraction of each row's lambda_max, the weight that keeps nothing",
       .unit = "V",
       .group = penalty_group,
       .bounds = above(0),
       .key = "lambda_rel"}};
  for (const Objective* objective : listed) {
    for (const ObjectiveParameter& parameter : objective->parameters) {
      list.push_back({.flag = parameter.flag,
                      .place = &settings.own[parameter.key],
                      .help = parameter.help,
                      .unit = "V",
                      .group = parameter.sets_penalty ? penalty_group : problem_group,
                      .bounds = parameter.bounds,
                      .key = parameter.key});
    }
  }
  return list;
}

bool penalty_given(const ObjectiveSettings& settings) {
  if (settings.lambda || settings.lambda_rel) return true;
  return std::ranges::any_of(listed, [&](const Objective* objective) {
    return std::ranges::any_of(objective->parameters, [&](const ObjectiveParameter& parameter) {
      return parameter.sets_penalty && settings.parameter(parameter.key);
    });
  });
}

double lambda_of(const ObjectiveSettings& settings, double lambda_max) {
  return settings.lambda ? *settings.lambda : *settings.lambda_rel * lambda_max;
}

double delta_of(const ObjectiveSettings& settings) {
  return settings.parameter("delta").value_or(0);
}

}  // namespace simplicit
