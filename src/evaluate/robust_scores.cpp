#include "evaluate/certified_radius.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/baseline.hpp>
#include <simplicit/evaluate/robust_scores.hpp>
#include <simplicit/robustness/certificates_file.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>

namespace simplicit {
namespace {

std::vector<CertifiedAccuracy> figures_of(const RobustTable& table) {
  std::vector<CertifiedAccuracy> figures;
  for (std::size_t k = 0; k < table.epsilons.size(); ++k) {
    figures.push_back(
        {table.epsilons[k], table.part(k, RobustStatus::certified),
         CertifiedAccuracy::Others{table.part(k, RobustStatus::attacked), table.part(k, RobustStatus::open),
                                   table.part(k, RobustStatus::misclassified)}});
  }
  return figures;
}

}  // namespace

void certify_scores(const Communicator& ranks, const ImplicitModel& model, const StatesHeader& header,
                    const RobustScoresSettings& settings, Scores& scores) {
  const Perturbation perturbation = perturbation_of(ranks, header, settings.input_range);
  const RobustTable table = certify_samples(ranks, model, perturbation, header, settings.table, "model");
  on_root(ranks, [&] {
    scores.certified = figures_of(table);
    scores.certified_by = name_of(settings.table.certify.level);
    if (settings.table.radius) {
      scores.radius_max = std::ranges::max(table.radius);
      scores.radius_median = median(table.radius);
      scores.radius_by = scores.certified_by;
    }
    const std::string provenance = settings.provenance.dump();
    if (!settings.certificates.empty()) write_certificates(table, provenance, settings.certificates);
    if (!settings.counterexamples.empty()) {
      write_counterexamples(table, model, header, provenance, settings.counterexamples);
    }
    spdlog::info("certified the model's answers in {:.2f} s", table.seconds);
  });
  if (!settings.baseline) return;
  if (!header.has_baseline && !settings.network) {
    if (header.has_network && ranks.is_root())
      spdlog::info("--certify-network would certify the network too");
    return;
  }
  const std::optional<ImplicitModel> exact = implicit_baseline(ranks, header);
  if (!exact) return;
  RobustTableSettings of_baseline = settings.table;
  of_baseline.radius = false;
  if (!of_baseline.checkpoint.empty()) of_baseline.checkpoint = journal_of_baseline(of_baseline.checkpoint);
  const RobustTable baseline = certify_samples(ranks, *exact, perturbation, header, of_baseline, "baseline");
  on_root(ranks, [&] { scores.baseline_certified = figures_of(baseline); });
}

}  // namespace simplicit
