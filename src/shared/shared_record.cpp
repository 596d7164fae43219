#include "shared/shared_record.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/base/report_fields.hpp>
#include <simplicit/shared/patches.hpp>

#include <fmt/format.h>

namespace simplicit {
namespace {

constexpr double most_seconds = 1e12;
constexpr double most_bytes = 1e18;
constexpr Index most_ranks = 1 << 20;

std::vector<LayerRows> layers_of(const ReportFields& report, const std::string& source) {
  const nlohmann::json& list = report.at("layers");
  if (!list.is_array() || list.empty()) report.refuse("'layers'", "is not a list with at least one layer");
  std::vector<LayerRows> layers;
  for (std::size_t l = 0; l < list.size(); ++l) {
    const ReportFields layer(list[l], source, fmt::format("layers[{}]", l));
    layers.push_back({layer.count("channels", 1), layer.count("features", 1)});
  }
  return layers;
}

}  // namespace

SharedRunRecord record_of_sizes(const Communicator& ranks, const LayeredNetwork& network,
                                const StatesHeader& header, int passes) {
  SharedRunRecord record;
  record.source = header.path;
  record.ranks = ranks.size();
  const Communicator node = ranks.split_by_node();
  record.nodes = static_cast<int>(ranks.sum(node.is_root() ? 1 : 0));
  record.samples = header.samples;
  for (const Layer& layer : network.layers) {
    const Index features = network.features(layer);
    record.layers.push_back({network.channels(layer), features});
    for (const RowClass& rows : row_classes(network, layer)) {
      const auto numbers = static_cast<double>(features) * static_cast<double>(features + rows.channels);
      record.sum_bytes += passes * numbers * static_cast<double>(sizeof(std::int64_t));
      record.sums += 2 * passes;  // G and R
    }
  }
  return record;
}

nlohmann::json to_json(const SharedRunRecord& record) {
  return {{"ranks", record.ranks},
          {"nodes", record.nodes},
          {"sizes", {{"samples", record.samples}, {"block", record.block}}},
          {"sums", {{"count", record.sums}, {"bytes", record.sum_bytes}}},
          {"memory", {{"sample_bytes", record.sample_bytes}, {"rank_bytes", record.rank_bytes}}},
          {"seconds",
           {{"read", record.read},
            {"samples", record.samples_work},
            {"rows", record.rows_work},
            {"between", record.between}}}};
}

bool is_shared_report(const nlohmann::json& report) {
  return report.is_object() && report.value("structure", nlohmann::json()) == "shared";
}

SharedRunRecord shared_record_from(const nlohmann::json& report, const std::string& source) {
  const ReportFields fields(report, source);
  const ReportFields sizes = fields.within("sizes");
  const ReportFields sums = fields.within("sums");
  const ReportFields memory = fields.within("memory");
  const ReportFields seconds = fields.within("seconds");
  SharedRunRecord record;
  record.source = source;
  record.ranks = static_cast<int>(fields.count("ranks", 1, most_ranks));
  record.nodes = static_cast<int>(fields.count("nodes", 1, record.ranks));
  record.samples = sizes.count("samples", 1);
  record.block = sizes.count("block", 1);
  record.layers = layers_of(fields, source);
  record.read = seconds.number("read", most_seconds);
  record.samples_work = seconds.number("samples", most_seconds);
  record.rows_work = seconds.number("rows", most_seconds);
  record.between = seconds.number("between", most_seconds);
  record.sums = sums.count("count", 0);
  record.sum_bytes = sums.number("bytes", most_bytes);
  record.sample_bytes = memory.number("sample_bytes", most_bytes);
  record.rank_bytes = memory.number("rank_bytes", most_bytes);
  if (fields.count("resumed_layers", 0) > 0) {
    fields.refuse("'resumed_layers'",
                  "is above 0: the report of a run that was not resumed is needed to plan from");
  }
  return record;
}

}  // namespace simplicit
