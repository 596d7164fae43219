#pragma once

#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <string>

namespace simplicit::cli {

// What the commands do with a model whose rows are shared by all positions, once their options are checked.
// `report` is empty when none was asked for.

/// Collective.
void predict_shared_rows(const Communicator& ranks, const std::string& model, const std::string& inputs,
                         const std::string& out, const std::string& report, const Timer& timer);
/// Collective. `magnitude` also scores the network of the states file, pruned by magnitude to as many
/// weights.
void evaluate_shared_rows(const Communicator& ranks, const std::string& model, const std::string& states,
                          bool magnitude, const std::string& report, const Timer& timer);

enum class SharedFormat { npz, mtx, onnx };
/// On one process. `expand` writes A, B, C and D instead of the kernels.
void export_shared_rows(const std::string& model, SharedFormat format, bool expand, const std::string& out);

}  // namespace simplicit::cli
