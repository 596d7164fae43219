#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/figure.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/evaluate/shared_scores.hpp>
#include <simplicit/infer/own_blocks.hpp>
#include <simplicit/layers/network_forward.hpp>

#include <fmt/format.h>

#include <array>
#include <vector>

namespace simplicit {
namespace {

/// What one block of samples adds.
struct BlockFigures {
  std::int64_t correct = 0;
  std::int64_t baseline_correct = 0;
  std::int64_t magnitude_correct = 0;
  std::int64_t agreements = 0;
  SquaredError outputs;
};

BlockFigures figures_of(const Matrix& Y, const SampleSlab& slab, std::vector<DecidedSample>& samples) {
  const std::vector<int> decided = decisions(Y);
  const std::vector<int> decided_by_baseline = decisions(slab.Y);
  BlockFigures figures;
  figures.agreements = count_equal(decided, decided_by_baseline);
  figures.outputs = squared_error(Y, slab.Y);
  if (!slab.labels.empty()) {
    figures.correct = count_equal(decided, slab.labels);
    figures.baseline_correct = count_equal(decided_by_baseline, slab.labels);
    for (std::size_t s = 0; s < slab.labels.size(); ++s) {
      const int label = slab.labels[s];
      samples.push_back({label, decided[s] == label, decided_by_baseline[s] == label});
    }
  }
  return figures;
}

void require_fit(const LayeredNetwork& network, const std::string& model_path, const StatesHeader& header) {
  if (network.inputs() == header.inputs && network.outputs() == header.outputs) return;
  throw InputError(fmt::format("{}: has {} inputs and {} outputs a sample, the model {} has {} and {}",
                               header.path, header.inputs, header.outputs, model_path, network.inputs(),
                               network.outputs()));
}

void add_figures(const std::vector<BlockFigures>& blocks, const StatesHeader& header, bool pruned,
                 SharedScores& scores) {
  BlockFigures total;
  for (const BlockFigures& block : blocks) {
    total.correct += block.correct;
    total.baseline_correct += block.baseline_correct;
    total.magnitude_correct += block.magnitude_correct;
    total.agreements += block.agreements;
    total.outputs.add(block.outputs);
  }
  const auto part = [&](std::int64_t count) {
    return static_cast<double>(count) / static_cast<double>(header.samples);
  };
  if (header.has_labels) {
    scores.accuracy = part(total.correct);
    scores.baseline_accuracy = part(total.baseline_correct);
    if (pruned) scores.magnitude_accuracy = part(total.magnitude_correct);
  }
  scores.agreement = part(total.agreements);
  scores.output_error = total.outputs.relative();
}

constexpr Print as_milliseconds{"{:.4g} ms", 1000};

constexpr auto shared_decisions = std::to_array<Figure<SharedScores>>({
    {"/samples", "", "", as_count, "samples scored",
     [](const SharedScores& scores) { return counted(scores.samples); }},
    {"/accuracy", "accuracy of the model", "", as_percent, "samples that the model decides rightly",
     [](const SharedScores& scores) { return scores.accuracy; }},
    {"/baseline_accuracy", "accuracy of the network", "", as_percent,
     "samples that the network it came from decides rightly",
     [](const SharedScores& scores) { return scores.baseline_accuracy; }},
    {"/magnitude_accuracy", "accuracy pruned by magnitude", "", as_percent,
     "samples that the network with as many weights, the largest, decides rightly",
     [](const SharedScores& scores) { return scores.magnitude_accuracy; }},
    {"/agreement", "both decide the same", "", as_percent, "samples on which both decide the same",
     [](const SharedScores& scores) { return std::optional(scores.agreement); }},
});

constexpr auto output_errors = std::to_array<Figure<SharedScores>>({
    {"/output_error", "relative error of the outputs", "", as_number, "|Y_model - Y|_F / |Y|_F",
     [](const SharedScores& scores) { return std::optional(scores.output_error); }},
});

constexpr auto size = std::to_array<Figure<SharedScores>>({
    {"/nonzeros", "weights and biases", "", as_count, "nonzero weights and biases",
     [](const SharedScores& scores) { return counted(scores.nonzeros); }},
    {"/baseline_parameters", "weights and biases", "of", as_count, "weights and biases of the network",
     [](const SharedScores& scores) { return counted(scores.baseline_parameters); }},
    {"/kept", "weights and biases", "", as_percent, "nonzeros over the parameters of the network",
     [](const SharedScores& scores) { return std::optional(scores.kept); }},
    {"/bytes/model", "bytes on the disk", "", as_count, "bytes of the model file",
     [](const SharedScores& scores) { return counted(scores.model_bytes); }},
    {"/bytes/baseline", "bytes on the disk", "the network", as_count, "bytes of the network as ONNX",
     [](const SharedScores& scores) { return counted(scores.baseline_bytes); }},
});

constexpr auto speed = std::to_array<Figure<SharedScores>>({
    {"/seconds/read", "", "", as_seconds, "seconds reading, of the slowest rank",
     [](const SharedScores& scores) { return std::optional(scores.seconds.read); }},
    {"/seconds/inference", "", "", as_seconds, "seconds computing outputs, of the slowest rank",
     [](const SharedScores& scores) { return std::optional(scores.seconds.inference); }},
    {"/seconds/sample", "a sample on one rank", "", as_milliseconds,
     "seconds computing one sample on one rank",
     [](const SharedScores& scores) { return std::optional(scores.seconds.sample); }},
    {"/seconds/total", "", "", as_seconds, "seconds in all",
     [](const SharedScores& scores) { return std::optional(scores.seconds.total); }},
});

}  // namespace

SharedScores evaluate_shared(const Communicator& ranks, const SharedModel& model,
                             const std::string& model_path, const StatesHeader& header,
                             const LayeredNetwork* pruned) {
  const Timer timer;
  SharedScores scores;
  double inference = 0;
  std::vector<BlockFigures> own;
  std::vector<DecidedSample> own_samples;
  agree(ranks, [&] {
    require_fit(model.network, model_path, header);
    NetworkForward forward(model.network, model_path);
    scores.by_own_kernels = forward.by_own_kernels();
    std::optional<NetworkForward> beside;
    if (pruned != nullptr) beside.emplace(*pruned, header.path);
    const SampleReader::Parts parts{.X = false, .Z = false, .labels = header.has_labels};
    for_each_own_slab(ranks, header, parts, [&](const SampleSlab& slab) {
      const Timer computing;
      const Matrix Y = forward.run(slab.U);
      inference += computing.seconds();
      own.push_back(figures_of(Y, slab, own_samples));
      if (beside && !slab.labels.empty()) {
        own.back().magnitude_correct = count_equal(decisions(beside->run(slab.U)), slab.labels);
      }
    });
  });
  const double passed = timer.seconds();
  const std::vector<BlockFigures> blocks = ranks.gather(std::span<const BlockFigures>(own));
  const std::vector<DecidedSample> samples = ranks.gather(std::span<const DecidedSample>(own_samples));
  on_root(ranks, [&] {
    add_figures(blocks, header, pruned != nullptr, scores);
    scores.classes = class_accuracies(samples);
  });
  scores.samples = header.samples;
  scores.nonzeros = model.nonzeros();
  scores.baseline_parameters = model.baseline_parameters;
  scores.kept = model.kept();
  scores.baseline_bytes = std::ssize(model.network.onnx);
  constexpr double nanoseconds = 1e9;
  const std::int64_t all = ranks.sum(static_cast<std::int64_t>(inference * nanoseconds));
  scores.seconds.read = ranks.max(passed - inference);
  scores.seconds.inference = ranks.max(inference);
  scores.seconds.sample = static_cast<double>(all) / nanoseconds / static_cast<double>(header.samples);
  return scores;
}

std::vector<FigureValue> shared_evaluation_figures() {
  std::vector<FigureValue> figures;
  append(figures, shared_decisions);
  append(figures, output_errors);
  append(figures, size);
  append(figures, speed);
  return figures;
}

nlohmann::json to_json(const SharedScores& scores) {
  nlohmann::json record{{"structure", "shared"}, {"kernels", scores.by_own_kernels ? "own" : "opencv"}};
  add_to(record, values_of(shared_decisions, scores));
  add_to(record, values_of(output_errors, scores));
  add_to(record, values_of(size, scores));
  add_to(record, values_of(speed, scores));
  record["classes"] = to_json(scores.classes);
  return record;
}

std::string to_table(const SharedScores& scores) {
  constexpr int width = 33;
  const auto lines = [](const std::vector<FigureValue>& figures) { return table_of(figures, width, "  "); };
  std::string table = fmt::format("On {} samples\n", scores.samples);
  if (scores.accuracy) {
    const std::vector<FigureValue> all = values_of(shared_decisions, scores);
    table += lines(scores.magnitude_accuracy ? all : without(all, "/magnitude_accuracy"));
  }
  table += lines(values_of(output_errors, scores));
  table += "Size\n" + lines(values_of(size, scores));
  table += fmt::format("Speed\n  {:<{}} {}\n", "computed by", width,
                       scores.by_own_kernels ? "sparse kernels" : "OpenCV's dnn");
  table += lines(values_of(speed, scores));
  table += fmt::format("In {:.2f} s\n", scores.seconds.total);
  return table;
}

}  // namespace simplicit
