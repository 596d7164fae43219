#include "network/onnx_rearrangement.hpp"

#include "network/onnx_axes.hpp"

namespace simplicit {
namespace {

const std::map<std::string, RearrangementReader>& all() {
  static const std::map<std::string, RearrangementReader> readers = [] {
    std::map<std::string, RearrangementReader> merged = axis_readers();
    merged.merge(selection_readers());
    merged.merge(repetition_readers());
    return merged;
  }();
  return readers;
}

}  // namespace

Rearrangement from_index(const OnnxNode& node, std::vector<Index> shape,
                         const std::function<Rearrangement::Source(const std::vector<Index>&)>& source) {
  Rearrangement result;
  result.sources.reserve(static_cast<std::size_t>(checked_entries(node, shape)));
  for_each_index(shape, [&](const std::vector<Index>& index) { result.sources.push_back(source(index)); });
  result.shape = std::move(shape);
  return result;
}

bool is_rearrangement(const std::string& type) {
  return all().contains(type);
}

std::vector<Rearrangement> rearrangements_of(const OnnxNode& node) {
  return all().at(node.type())(node);
}

}  // namespace simplicit
