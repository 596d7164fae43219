#include "cli/certify_options.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace simplicit::cli {
namespace {

constexpr std::array flags{"--certify",      "--certify-domains", "--certified-radius",
                           "--certificates", "--counterexamples", "--checkpoint",
                           "--resume"};

}  // namespace

bool needs_labels(const std::set<std::string>& given) {
  return std::ranges::any_of(flags, [&](const char* flag) { return given.contains(flag); });
}

bool certificates_wanted(const std::set<std::string>& given) {
  return needs_labels(given) || given.contains("--certify-epsilon");
}

std::vector<Setting> CertifyOptions::settings_list() {
  return {
      {.flag = "--certify",
       .place = choice_of(settings_.table.certify.level, {{"interval", CertifyLevel::interval},
                                                          {"linear", CertifyLevel::linear},
                                                          {"exact", CertifyLevel::exact}}),
       .help = "How hard to try for proofs: intervals, linear relaxation, or branch and bound",
       .unit = "LEVEL"},
      {.flag = "--certify-domains",
       .place = &settings_.table.certify.most_domains,
       .help = "Parts that branch and bound may cut the box of a sample into before it leaves it open",
       .unit = "N",
       .bounds = at_least(1)},
      {.flag = "--certified-radius",
       .place = &settings_.table.radius,
       .help = "Also find the radius of every sample up to which it is certified, to 1 %"},
      {.flag = "--certify-network",
       .place = &settings_.network,
       .help =
           "Of states from an ONNX network: certify the network too, written out position by position, which "
           "may take a second a sample"},
      {.flag = "--certificates",
       .place = &settings_.certificates,
       .help = "Write what is known of every sample (HDF5)",
       .unit = "FILE"},
      {.flag = "--counterexamples",
       .place = &settings_.counterexamples,
       .help = "Write the changed inputs that the model misclassifies (HDF5)",
       .unit = "FILE"},
      {.flag = "--input-range",
       .place = &input_range_,
       .help = "Least and largest value of a pixel, which changed inputs keep to; 0,1 where all do",
       .unit = "LOW,HIGH",
       .numbers = 2},
      {.flag = "--checkpoint",
       .place = &settings_.table.checkpoint,
       .help = "Keep finished samples here, to go on with --resume",
       .unit = "FILE"},
      {.flag = "--resume",
       .place = &settings_.table.resume,
       .help = "Go on from the --checkpoint of an interrupted run"}};
}

RobustScoresSettings CertifyOptions::settings(const std::vector<double>& epsilons,
                                              const nlohmann::json& provenance,
                                              const std::set<std::string>& given) const {
  RobustScoresSettings settings = settings_;
  settings.provenance = provenance;
  settings.table.epsilons = epsilons;
  settings.input_range = input_range();
  if (certificates_wanted(given) && epsilons.empty()) {
    throw InputError("--certify-epsilon names no epsilon");
  }
  return settings;
}

std::optional<std::pair<double, double>> CertifyOptions::input_range() const {
  if (input_range_.empty()) return std::nullopt;
  const bool usable = input_range_.size() == 2 && std::isfinite(input_range_[0]) &&
                      std::isfinite(input_range_[1]) && input_range_[0] < input_range_[1];
  if (!usable) throw InputError("--input-range must be two finite numbers, the smaller one first");
  return std::pair{input_range_[0], input_range_[1]};
}

void CertifyOptions::declare(DeclaredFiles& files) const {
  files.writes("--certificates", settings_.certificates);
  files.writes("--counterexamples", settings_.counterexamples);
  files.writes("--checkpoint", settings_.table.checkpoint);
  if (!settings_.table.checkpoint.empty()) {
    files.writes("--checkpoint of the baseline", journal_of_baseline(settings_.table.checkpoint));
  }
}

void CertifyOptions::check_checkpoint() const {
  check_robustness_checkpoint(settings_.table);
}

}  // namespace simplicit::cli
