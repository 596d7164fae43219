#pragma once

#include <nlohmann/json.hpp>

namespace simplicit::test {

/// A report as `train --report` writes it, of a run on two ranks of one node with `blocks` blocks of
/// `rows_per_block` rows, each a hundredth of a second and two units of cost a row.
inline nlohmann::json run_report_of(int blocks, int rows_per_block) {
  nlohmann::json list = nlohmann::json::array();
  for (int id = 0; id < blocks; ++id) {
    list.push_back({{"stage", 0},
                    {"id", id},
                    {"rank", id % 2},
                    {"rows", rows_per_block},
                    {"cost", 2.0 * rows_per_block},
                    {"seconds", 0.01 * rows_per_block},
                    {"bytes", 1000 * rows_per_block}});
  }
  return {{"rows", blocks * rows_per_block},
          {"ranks", 2},
          {"nodes", 1},
          {"regime", "gram"},
          {"keep", nullptr},
          {"refine", nullptr},
          {"resumed_rows", 0},
          {"sizes",
           {{"samples", 1000},
            {"states", 300},
            {"inputs", 200},
            {"outputs", 10},
            {"features", 500},
            {"bytes_per_number", 4}}},
          {"memory", {{"node_bytes", 1e7}, {"rank_bytes", 1e8}}},
          {"seconds",
           {{"read", 1.0}, {"gram", 2.0}, {"solve", 3.0}, {"gather", 0.5}, {"write", 0.25}, {"total", 6.75}}},
          {"blocks", list}};
}

}  // namespace simplicit::test
