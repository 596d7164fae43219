#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>

#include <array>
#include <cmath>

namespace simplicit {
namespace {

bool positive(const std::optional<double>& value) {
  return value && *value > 0 && std::isfinite(*value);
}

// Either mu and gamma, or gamma and a slope at zero lambda = 2 sqrt(mu gamma) given like that of l1.
void validate(const ObjectiveSettings& settings) {
  refuse_others(settings, std::array{"--lambda", "--lambda-rel", "--mu", "--gamma"});
  if (!positive(settings.gamma)) throw InputError("objective perspective needs --gamma above 0");
  if (settings.mu) {
    if (!positive(settings.mu)) throw InputError("--mu must be a number above 0");
    if (settings.lambda || settings.lambda_rel) {
      throw InputError(
          "objective perspective takes --mu or the slope at zero 2 sqrt(mu gamma) as --lambda or "
          "--lambda-rel, not both");
    }
  } else {
    if (!settings.lambda && !settings.lambda_rel) {
      throw InputError(
          "objective perspective needs --mu and --gamma (or, for --mu, the slope at zero "
          "2 sqrt(mu gamma) as --lambda or --lambda-rel)");
    }
    require_lambda(settings);
  }
}

Penalty penalty(const ObjectiveSettings& settings, double lambda_max) {
  const double gamma = *settings.gamma;
  if (settings.mu) return perspective_penalty(*settings.mu, gamma);
  const double slope = lambda_of(settings, lambda_max);
  return perspective_penalty(slope * slope / (4 * gamma), gamma);
}

}  // namespace

const Objective perspective_objective{
    "perspective", "convex relaxation of mu per nonzero plus gamma w^2: closest to counting nonzeros",
    validate, penalty};

}  // namespace simplicit
