#include <simplicit/evaluate/class_accuracy.hpp>

#include <map>

namespace simplicit {

std::vector<ClassAccuracy> class_accuracies(std::span<const DecidedSample> samples) {
  std::map<Index, ClassAccuracy> by_label;
  for (const DecidedSample& sample : samples) {
    if (sample.label < 0) continue;
    ClassAccuracy& of = by_label[sample.label];
    of.label = sample.label;
    ++of.samples;
    of.accuracy += sample.correct ? 1 : 0;
    of.baseline_accuracy += sample.baseline_correct ? 1 : 0;
  }
  std::vector<ClassAccuracy> classes;
  for (auto& [label, of] : by_label) {
    of.accuracy /= static_cast<double>(of.samples);
    of.baseline_accuracy /= static_cast<double>(of.samples);
    classes.push_back(of);
  }
  return classes;
}

nlohmann::json to_json(const std::vector<ClassAccuracy>& classes) {
  nlohmann::json list = nlohmann::json::array();
  for (const ClassAccuracy& of : classes) {
    list.push_back({{"class", of.label},
                    {"samples", of.samples},
                    {"accuracy", of.accuracy},
                    {"baseline_accuracy", of.baseline_accuracy}});
  }
  return list;
}

}  // namespace simplicit
