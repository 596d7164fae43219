#include "export/onnx_graph.hpp"
#include "export/unrolled_graph.hpp"
#include <simplicit/export/export_onnx.hpp>
#include <simplicit/export/unrolling_bound.hpp>

#include <fmt/format.h>

namespace simplicit {
namespace {

using Levels = std::optional<std::vector<std::vector<int>>>;

int chosen_iterations(const OnnxSettings& settings, const Levels& levels, const UnrollingBound& bound) {
  if (settings.iterations) return *settings.iterations;
  if (levels) return static_cast<int>(levels->size());
  return bound.iterations_within(settings.tolerance);
}

std::string number(double value) {
  return fmt::format("{:.6g}", value);
}

OnnxDescription description_of(const ImplicitModel& model, const OnnxSettings& settings,
                               const OnnxEvidence& evidence) {
  OnnxDescription description;
  description.inputs = model.inputs();
  description.outputs = model.outputs();
  description.activation = model.activation;
  description.batch = settings.batch;
  description.text =
      fmt::format("Implicit model x = phi(A x + B u), y = C x + D u, {}",
                  evidence.exact ? "exact: feed-forward structure" : "its fixed point unrolled from x = 0");
  description.properties = {{"activation", name_of(model.activation)},
                            {"states", std::to_string(model.states())},
                            {"iterations", std::to_string(evidence.iterations)},
                            {"exact", evidence.exact ? "1" : "0"},
                            {"input_bound", number(settings.input_bound)},
                            {"state_error", number(evidence.unrolling.states)},
                            {"output_error", number(evidence.unrolling.outputs)},
                            {"float32_state_error", number(evidence.rounding.states)},
                            {"float32_output_error", number(evidence.rounding.outputs)}};
  return description;
}

}  // namespace

OnnxEvidence export_onnx(const ImplicitModel& original, const OnnxSettings& settings,
                         const std::string& path) {
  const ImplicitModel model = solve_self_loops(original);
  const Levels levels = feedforward_levels(model.A);
  const UnrollingBound bound(model, settings.input_bound);
  OnnxEvidence evidence;
  evidence.iterations = chosen_iterations(settings, levels, bound);
  evidence.exact = levels && evidence.iterations >= static_cast<int>(levels->size());
  if (evidence.exact) evidence.iterations = static_cast<int>(levels->size());
  if (!evidence.exact) evidence.unrolling = bound.after(evidence.iterations);
  const UnrolledGraph graph =
      evidence.exact ? level_graph(model, *levels) : picard_graph(model, evidence.iterations);
  evidence.rounding = float32_bound(model, settings.input_bound, graph.additions());
  write_onnx(graph, description_of(model, settings, evidence), path);
  return evidence;
}

}  // namespace simplicit
