#include "cli/describe.hpp"
#include <simplicit/base/json_document.hpp>
#include <simplicit/states/activation_check.hpp>
#include <simplicit/states/states_file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace simplicit::cli {
namespace {

constexpr Index most_classes_listed = 100;

/// Samples of every class that has some; a file may claim any number of outputs.
std::map<int, Index> class_counts(const StatesHeader& header) {
  constexpr Index block = 1 << 16;
  std::map<int, Index> counts;
  const SampleReader reader(header);
  for (Index first = 0; first < header.samples; first += block) {
    const Index count = std::min(block, header.samples - first);
    const SampleSlab slab = reader.read(first, count, {.U = false, .X = false, .Z = false, .Y = false});
    for (const int label : slab.labels) ++counts[label];
  }
  return counts;
}

std::string labels_text(const StatesHeader& header) {
  if (!header.has_labels) return "none";
  const std::map<int, Index> counts = class_counts(header);
  std::vector<Index> listed;
  if (header.outputs <= most_classes_listed) {
    for (int label = 0; label < header.outputs; ++label) {
      listed.push_back(counts.contains(label) ? counts.at(label) : 0);
    }
    return fmt::format("{} samples of classes 0 to {}", fmt::join(listed, ", "), header.outputs - 1);
  }
  for (const auto& [label, count] : counts) listed.push_back(count);
  if (std::ssize(listed) < header.outputs) listed.push_back(0);
  const auto [least, most] = std::minmax_element(listed.begin(), listed.end());
  return fmt::format("{} classes, {} to {} samples each", header.outputs, *least, *most);
}

std::string layers_text(const StatesHeader& header) {
  if (header.layer_sizes.empty()) return std::to_string(header.states);
  return fmt::format("{} = {} (last hidden layer first)", header.states,
                     fmt::join(header.layer_sizes, " + "));
}

std::string scale_text(const StatesHeader& header) {
  if (!header.state_scale) return "none, the states are as the network has them";
  return fmt::format("factors {:.6g} to {:.6g}", header.state_scale->minCoeff(),
                     header.state_scale->maxCoeff());
}

std::string baseline_text(const StatesHeader& header) {
  std::string size = header.baseline_parameters
                         ? fmt::format("{} weights and biases", *header.baseline_parameters)
                         : "number of weights unknown";
  if (header.baseline_connections && header.baseline_connections != header.baseline_parameters) {
    size += fmt::format(", {} connections", *header.baseline_connections);
  }
  return size + (header.has_baseline ? ", in the file" : ", not in the file");
}

nlohmann::json provenance_of(const hdf5::File& file) {
  if (!file.has_attribute("/", "provenance")) return {};
  return json_from_text(file.text_attribute("/", "provenance"));
}

}  // namespace

std::string describe_states(const std::string& path) {
  const StatesHeader header = read_states_header(path);
  const hdf5::File file = hdf5::File::open(path);
  Description description(heading(path, "states file"));
  description.add("samples", std::to_string(header.samples));
  description.add("inputs", std::to_string(header.inputs));
  description.add("states", layers_text(header));
  description.add("outputs", std::to_string(header.outputs));
  description.add("activation", name_of(header.activation));
  description.add("bias", yes_or_no(header.bias));
  description.add("precision", header.precision == Precision::float32 ? "float32" : "float64");
  description.add("state scale", scale_text(header));
  description.add("labels", labels_text(header));
  description.add("baseline", baseline_text(header));
  if (const auto mismatch = activation_mismatch(header)) description.add("odd", *mismatch);
  add_provenance(description, provenance_of(file));
  add_contents(description, file, "/",
               {"U", "X", "Z", "Y", "labels", "layer_sizes", "state_scale", "baseline"});
  return description.text();
}

}  // namespace simplicit::cli
