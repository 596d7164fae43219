#include <simplicit/plan/plan_table.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace simplicit {
std::string seconds_text(double seconds) {
  if (seconds >= 100) return fmt::format("{:.0f}", seconds);
  return fmt::format("{:.{}f}", seconds, seconds >= 10 ? 1 : seconds >= 1 ? 2 : 3);
}

std::string plan_table(const std::vector<Prediction>& predictions) {
  std::string table = fmt::format("{:>6} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11} {:>12} {:>12}\n", "ranks",
                                  "nodes", "Gram, s", "solve, s", "rest, s", "total, s", "speed-up",
                                  "efficiency", "coordinator", "memory/node");
  for (const Prediction& p : predictions) {
    table += fmt::format("{:>6} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9.1f} {:>9.1f} % {:>10.1f} % {:>12}\n",
                         p.ranks, p.nodes, seconds_text(p.gram), seconds_text(p.solve),
                         seconds_text(p.read + p.gather + p.write + p.between), seconds_text(p.total()),
                         p.speedup, 100 * p.efficiency, 100 * p.coordinator_load,
                         human_size(static_cast<std::size_t>(std::min(p.node_bytes, 1e18))));
  }
  return table;
}

nlohmann::json plan_report(const std::vector<RunRecord>& records, const Cluster& cluster,
                           const std::vector<Prediction>& predictions) {
  nlohmann::json sources = nlohmann::json::array();
  for (const RunRecord& record : records) {
    sources.push_back({{"file", record.source},
                       {"ranks", record.ranks},
                       {"nodes", record.nodes},
                       {"regime", name_of(record.regime)},
                       {"rows", record.rows},
                       {"blocks", record.blocks.size()}});
  }
  nlohmann::json rows = nlohmann::json::array();
  for (const Prediction& p : predictions) {
    rows.push_back({{"ranks", p.ranks},
                    {"nodes", p.nodes},
                    {"seconds",
                     {{"read", p.read},
                      {"gram", p.gram},
                      {"solve", p.solve},
                      {"gather", p.gather},
                      {"write", p.write},
                      {"between", p.between},
                      {"total", p.total()}}},
                    {"speedup", p.speedup},
                    {"efficiency", p.efficiency},
                    {"coordinator_load", p.coordinator_load},
                    {"idle_at_end", p.idle_at_end},
                    {"node_bytes", p.node_bytes}});
  }
  return {{"sources", sources},
          {"cluster",
           {{"ranks_per_node", cluster.ranks_per_node},
            {"latency", cluster.latency},
            {"bytes_per_second", cluster.bytes_per_second},
            {"take_seconds", cluster.messages.take_seconds},
            {"take_seconds_per_byte", cluster.messages.take_seconds_per_byte}}},
          {"predictions", rows}};
}

}  // namespace simplicit
