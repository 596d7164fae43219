#pragma once

#include <simplicit/robustness/robust_table.hpp>

#include <string>

namespace simplicit {

/// Writes `epsilon` (k), `status` (m x k: 0 misclassified, 1 certified, 2 attacked, 3 open) and, where radii
/// were asked for, `radius` (m), under a temporary name that is renamed. `provenance` is JSON text.
void write_certificates(const RobustTable& table, const std::string& provenance, const std::string& path);

/// Writes the counterexamples: `inputs` (count x p), `samples`, `labels`, `classes` (count) and `epsilon`
/// (count). Each is run through the model once more; one that is given its label's class is a bug.
void write_counterexamples(const RobustTable& table, const ImplicitModel& model, const StatesHeader& header,
                           const std::string& provenance, const std::string& path);

}  // namespace simplicit
