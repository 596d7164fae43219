#include "shared/shared_report.hpp"

#include <fmt/format.h>

namespace simplicit {

nlohmann::json shared_report(const SharedOutcome& outcome) {
  const LayeredNetwork& network = outcome.model.network;
  nlohmann::json layers = nlohmann::json::array();
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    Index kept = 0;
    for (const std::int64_t count : outcome.model.rows[l].nonzeros) kept += count;
    const Index all = network.channels(layer) * network.features(layer);
    layers.push_back({{"name", layer.target},
                      {"nonzeros", kept},
                      {"weights", all},
                      {"channels", network.channels(layer)},
                      {"features", network.features(layer)}});
  }
  nlohmann::json report{{"structure", "shared"},
                        {"rows", outcome.rows},
                        {"solved", outcome.solved},
                        {"max_relative_gap", outcome.max_relative_gap},
                        {"objective", outcome.model.objective()},
                        {"nonzeros", outcome.model.nonzeros()},
                        {"baseline_parameters", outcome.model.baseline_parameters},
                        {"kept", outcome.model.kept()},
                        {"layers", layers},
                        {"resumed_layers", outcome.resumed_layers}};
  report.update(to_json(outcome.record));
  return report;
}

std::string shared_table(const SharedOutcome& outcome, const std::string& out) {
  const nlohmann::json& report = outcome.report;
  std::string table = fmt::format("{:<22} {}\n", "model", out);
  table += fmt::format("{:<22} {} of {}, worst relative gap {:.2e}\n", "rows solved", outcome.solved,
                       outcome.rows, outcome.max_relative_gap);
  table += fmt::format("{:<22} {} of {} weights and biases ({:.2f} %)\n", "kept", outcome.model.nonzeros(),
                       outcome.model.baseline_parameters, 100 * outcome.model.kept());
  for (const auto& layer : report["layers"]) {
    table += fmt::format("  {:<40} {:>8} of {:>8}\n", layer["name"].get<std::string>(),
                         layer["nonzeros"].get<Index>(), layer["weights"].get<Index>());
  }
  const auto& seconds = report["seconds"];
  table += fmt::format(
      "{:<22} read {:.2f}, shares {:.2f}, Gram {:.2f}, targets {:.2f}, solve {:.2f}, total {:.2f} on {} "
      "rank(s)\n",
      "seconds", seconds["read"].get<double>(), seconds["shares"].get<double>(),
      seconds["gram"].get<double>(), seconds["targets"].get<double>(), seconds["solve"].get<double>(),
      seconds["total"].get<double>(), report["ranks"].get<int>());
  return table;
}

}  // namespace simplicit
