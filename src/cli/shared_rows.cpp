#include "cli/shared_rows.hpp"

#include <simplicit/evaluate/shared_scores.hpp>
#include <simplicit/infer/predict_shared.hpp>
#include <simplicit/system/text_file.hpp>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace simplicit::cli {
namespace {

nlohmann::json record_of(const SharedPrediction& prediction, double total) {
  return {{"structure", "shared"},
          {"samples", prediction.samples},
          {"kernels", prediction.by_own_kernels ? "own" : "opencv"},
          {"seconds",
           {{"read", prediction.read},
            {"inference", prediction.inference},
            {"sample", prediction.sample},
            {"write", prediction.write},
            {"total", total}}}};
}

}  // namespace

void predict_shared_rows(const Communicator& ranks, const std::string& model_path, const std::string& inputs,
                         const std::string& out, const std::string& report, const Timer& timer) {
  const SharedModel model = read_shared_model(model_path, ranks);
  const SharedPrediction prediction = predict_shared(ranks, model, model_path, inputs, out);
  on_root(ranks, [&] {
    if (!report.empty()) write_text(report, record_of(prediction, timer.seconds()).dump(2) + "\n");
    spdlog::info("wrote {}: {} samples by {}, {:.4g} ms each on one rank", out, prediction.samples,
                 prediction.by_own_kernels ? "sparse kernels" : "OpenCV's dnn", 1000 * prediction.sample);
  });
}

void evaluate_shared_rows(const Communicator& ranks, const std::string& model_path, const std::string& states,
                          const std::string& report, const Timer& timer) {
  const SharedModel model = read_shared_model(model_path, ranks);
  const StatesHeader header = read_states_header(states, ranks);
  SharedScores scores = evaluate_shared(ranks, model, model_path, header);
  on_root(ranks, [&] {
    scores.seconds.total = timer.seconds();
    if (!report.empty()) write_text(report, to_json(scores).dump(2) + "\n");
    std::fputs(to_table(scores).c_str(), stdout);
  });
}

}  // namespace simplicit::cli
