#include "cli/certify_options.hpp"

#include <simplicit/base/error.hpp>

#include <array>
#include <cmath>

namespace simplicit::cli {
namespace {

constexpr std::array flags{"--certify",      "--certify-domains", "--certified-radius",
                           "--certificates", "--counterexamples", "--checkpoint",
                           "--resume"};

}  // namespace

void CertifyOptions::add_to(CLI::App& command) {
  command_ = &command;
  command
      .add_option("--certify", level_,
                  "How hard to try for proofs: interval, linear (relaxation), exact (branch and bound)")
      ->type_name("LEVEL");
  command
      .add_option("--certify-domains", settings_.table.certify.most_domains,
                  "Parts that branch and bound may cut the box of a sample into before it leaves it open")
      ->type_name("N");
  command.add_flag("--certified-radius", settings_.table.radius,
                   "Also find the radius of every sample up to which it is certified, to 1 %");
  command.add_option("--certificates", settings_.certificates, "Write what is known of every sample (HDF5)")
      ->type_name("FILE");
  command
      .add_option("--counterexamples", settings_.counterexamples,
                  "Write the changed inputs that the model misclassifies (HDF5)")
      ->type_name("FILE");
  command
      .add_option("--input-range", input_range_,
                  "Least and largest value of a pixel, which changed inputs keep to; 0,1 where all do")
      ->delimiter(',')
      ->type_name("LOW,HIGH");
  command
      .add_option("--checkpoint", settings_.table.checkpoint,
                  "Keep finished samples here, to go on with --resume")
      ->type_name("FILE");
  command.add_flag("--resume", settings_.table.resume, "Go on from the --checkpoint of an interrupted run");
}

bool CertifyOptions::wanted() const {
  return needs_labels() || command_->count("--certify-epsilon") > 0;
}

bool CertifyOptions::needs_labels() const {
  for (const char* flag : flags) {
    if (command_->count(flag) > 0) return true;
  }
  return false;
}

RobustScoresSettings CertifyOptions::settings(const std::vector<double>& epsilons,
                                              const nlohmann::json& provenance) const {
  RobustScoresSettings settings = settings_;
  settings.provenance = provenance;
  settings.table.epsilons = epsilons;
  settings.input_range = input_range();
  try {
    settings.table.certify.level = certify_level_from_name(level_);
  } catch (const InputError& fault) {
    throw InputError(std::string("--certify: ") + fault.what());
  }
  if (settings.table.certify.most_domains < 1) {
    throw InputError("--certify-domains must be at least 1, not " +
                     std::to_string(settings.table.certify.most_domains));
  }
  if (wanted() && epsilons.empty()) throw InputError("--certify-epsilon names no epsilon");
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
