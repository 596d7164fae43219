#include "evaluate/decisions.hpp"
#include "evaluate/own_slabs.hpp"
#include "evaluate/relative_error.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/evaluate/shared_scores.hpp>
#include <simplicit/layers/network_forward.hpp>

#include <fmt/format.h>

#include <filesystem>
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

BlockFigures figures_of(const Matrix& Y, const SampleSlab& slab) {
  const std::vector<int> decided = decisions(Y);
  const std::vector<int> decided_by_baseline = decisions(slab.Y);
  BlockFigures figures;
  figures.agreements = count_equal(decided, decided_by_baseline);
  figures.outputs = squared_error(Y, slab.Y);
  if (!slab.labels.empty()) {
    figures.correct = count_equal(decided, slab.labels);
    figures.baseline_correct = count_equal(decided_by_baseline, slab.labels);
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

std::string percent(const std::optional<double>& part) {
  return part ? fmt::format("{:.2f} %", 100 * *part) : "unknown";
}

nlohmann::json or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace

SharedScores evaluate_shared(const Communicator& ranks, const SharedModel& model,
                             const std::string& model_path, const StatesHeader& header,
                             const LayeredNetwork* pruned) {
  const Timer timer;
  SharedScores scores;
  double inference = 0;
  std::vector<BlockFigures> own;
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
      own.push_back(figures_of(Y, slab));
      if (beside && !slab.labels.empty()) {
        own.back().magnitude_correct = count_equal(decisions(beside->run(slab.U)), slab.labels);
      }
    });
  });
  const double passed = timer.seconds();
  const std::vector<BlockFigures> blocks = ranks.gather(std::span<const BlockFigures>(own));
  on_root(ranks, [&] {
    add_figures(blocks, header, pruned != nullptr, scores);
    scores.model_bytes = static_cast<std::int64_t>(std::filesystem::file_size(model_path));
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

nlohmann::json to_json(const SharedScores& scores) {
  return {{"structure", "shared"},
          {"samples", scores.samples},
          {"accuracy", or_null(scores.accuracy)},
          {"baseline_accuracy", or_null(scores.baseline_accuracy)},
          {"magnitude_accuracy", or_null(scores.magnitude_accuracy)},
          {"agreement", scores.agreement},
          {"output_error", scores.output_error},
          {"nonzeros", scores.nonzeros},
          {"baseline_parameters", scores.baseline_parameters},
          {"kept", scores.kept},
          {"bytes", {{"model", scores.model_bytes}, {"baseline", scores.baseline_bytes}}},
          {"kernels", scores.by_own_kernels ? "own" : "opencv"},
          {"seconds",
           {{"read", scores.seconds.read},
            {"inference", scores.seconds.inference},
            {"sample", scores.seconds.sample},
            {"total", scores.seconds.total}}}};
}

std::string to_table(const SharedScores& scores) {
  const auto line = [](const std::string& name, const std::string& value) {
    return fmt::format("  {:<34}{}\n", name, value);
  };
  std::string table = fmt::format("On {} samples\n", scores.samples);
  table += line("accuracy of the model", percent(scores.accuracy));
  table += line("accuracy of the network", percent(scores.baseline_accuracy));
  if (scores.magnitude_accuracy) {
    table += line("accuracy pruned by magnitude", percent(scores.magnitude_accuracy));
  }
  table += line("both decide the same", percent(scores.agreement));
  table += line("relative error of the outputs", fmt::format("{:.4g}", scores.output_error));
  table += "Size\n";
  table += line("weights and biases", fmt::format("{} of {}, {}", scores.nonzeros, scores.baseline_parameters,
                                                  percent(scores.kept)));
  table +=
      line("bytes on the disk", fmt::format("{}, the network {}", scores.model_bytes, scores.baseline_bytes));
  table += "Speed\n";
  table += line("computed by", scores.by_own_kernels ? "sparse kernels" : "OpenCV's dnn");
  table += line("a sample on one rank", fmt::format("{:.4g} ms", 1000 * scores.seconds.sample));
  table += fmt::format("In {:.2f} s\n", scores.seconds.total);
  return table;
}

}  // namespace simplicit
