#pragma once

#include <simplicit/baseline/mlp.hpp>
#include <simplicit/hdf5/file.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace simplicit {

/// A baseline network with what is known of its training; files made by other tools may know nothing.
struct Baseline {
  Mlp mlp;
  std::optional<std::int64_t> seed;
  std::optional<std::int64_t> epochs;
  std::optional<double> train_accuracy;  ///< in [0, 1]
  std::optional<double> test_accuracy;   ///< in [0, 1]
  nlohmann::json provenance;
};

// A baseline file has root attributes `format` = "simplicit-baseline", `format_version` = 1, `activation`,
// `bias` (0/1), `baseline_parameters` and, when known, `seed`, `epochs`, `train_accuracy`, `test_accuracy`,
// `provenance` (JSON); and float64 datasets W0, W1, ... (out x in) and, with bias, b0, b1, ... (out).

/// Throws InputError naming file, dataset and fault unless shapes chain and every number is finite.
[[nodiscard]] Baseline read_baseline(const std::string& path);
/// Writes under a temporary name and renames.
void write_baseline(const Baseline& baseline, const std::string& path);

/// The network kept in group `baseline` of a states file (W0, ..., b0, ...; the activation is the file's
/// own). Throws InputError naming file, dataset and fault.
[[nodiscard]] Mlp read_baseline_group(const hdf5::File& states);
/// Writes that group (one process).
void write_baseline_group(hdf5::File& states, const Mlp& mlp);

}  // namespace simplicit
