#include "cli/describe.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/network/state_norms.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

namespace simplicit::cli {
namespace {

constexpr Index usual_samples = 10000;

/// How long `samples` take, from a batch or two of zeros.
double seconds_for(const Network& network, Index samples, const std::string& path) {
  const Index batch = batch_size(network);
  BatchForward forward(network, batch, path);
  const std::vector<float> zeros(static_cast<std::size_t>(network.inputs() * batch), 0.0F);
  (void)forward.run(zeros);  // the first one sets things up
  const Timer timer;
  (void)forward.run(zeros);
  return timer.seconds() * static_cast<double>(samples) / static_cast<double>(batch);
}

/// The reasons of a refusal, without the name of the file before each.
std::string without_path(std::string reasons, const std::string& path) {
  if (reasons.starts_with(path + ": ")) reasons.erase(0, path.size() + 2);
  return reasons;
}

void add_states(Description& description, const Network& network, const std::string& path) {
  const std::vector<Index> units = layer_units(network);
  const Index states = std::accumulate(units.begin(), units.end(), Index{0});
  description.add("activation", name_of(network.activation));
  description.add("inputs", fmt::format("{} = {}", network.inputs(), shape_text(network.input_shape())));
  description.add("outputs", std::to_string(network.outputs()));
  const std::string parts =
      units.size() > 1 ? fmt::format(" = {} (first layer first)", fmt::join(units, " + ")) : "";
  description.add("states", fmt::format("{}{}", states, parts));
  description.add("parameters", std::to_string(parameter_count(network)));
  description.add("connections",
                  fmt::format("{}, the nonzeros of the exact implicit model", connection_count(network)));
  if (!network.left_off.empty())
    description.add("left off", network.left_off + ", which changes no decision");
  if (!network.other_outputs.empty()) {
    description.add("not read", fmt::format("the other outputs {}", fmt::join(network.other_outputs, ", ")));
  }
  const Index numbers = network.inputs() + 2 * states + network.outputs();
  const auto bytes = static_cast<double>(usual_samples) * static_cast<double>(numbers) * sizeof(float);
  description.add("states file", fmt::format("{} of {} samples in float32",
                                             human_size(static_cast<std::size_t>(bytes)), usual_samples));
  description.add("forward pass", fmt::format("about {:.2g} s for {} samples on one core",
                                              seconds_for(network, usual_samples, path), usual_samples));
}

/// Whether rows shared by all positions can be trained, which asks less of a network; `known` are reasons
/// told already.
void add_shared(Description& description, const std::string& bytes, const std::string& path,
                const std::string& known) {
  try {
    const LayeredNetwork network = layered_network(bytes, path);
    description.add("shared rows",
                    fmt::format("yes, {} layers with {} weights and biases (capture --store inputs)",
                                network.layers.size(), network.parameters()));
  } catch (const InputError& fault) {
    const std::string reasons = without_path(fault.what(), path);
    description.add("shared rows", reasons == known ? "no, for the same reasons" : "no: " + reasons);
  }
}

}  // namespace

std::string describe_network(const std::string& path) {
  const std::string bytes = read_onnx_bytes(path);
  Description description(heading(path, "ONNX network"));
  std::string reasons;
  try {
    const Network network = parse_onnx(bytes, path);
    description.add("supported", "yes");
    add_states(description, network, path);
  } catch (const InputError& fault) {
    reasons = without_path(fault.what(), path);
    description.add("supported", "no, states cannot be captured");
  }
  add_shared(description, bytes, path, reasons);
  return description.text() + (reasons.empty() ? "" : reasons + "\n");
}

}  // namespace simplicit::cli
