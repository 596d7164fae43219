#include "cli/shared_rows.hpp"

#include "cli/read_files.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/shared_scores.hpp>
#include <simplicit/export/export_model.hpp>
#include <simplicit/export/export_shared.hpp>
#include <simplicit/infer/predict_shared.hpp>
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/model/expand.hpp>
#include <simplicit/model/states_network.hpp>
#include <simplicit/shared/train_shared.hpp>
#include <simplicit/system/temporary_output.hpp>
#include <simplicit/system/text_file.hpp>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <filesystem>
#include <optional>

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

// The files `names` that will be made in the folder `out` against the model that is read.
void check_files_in(const std::string& out, const std::vector<std::string>& names, const std::string& model) {
  DeclaredFiles files;
  reads(files, "MODEL", model);
  files.writes_in("--out", out, names);
  files.check();
}

void export_onnx_network(const std::string& path, const std::string& out) {
  DeclaredFiles files;
  reads(files, "MODEL", path);
  files.writes("--out", out);
  files.check();
  const SharedModel model = read_shared_model(path);
  write_onnx_network(model, out);
  std::printf("%s: the network with %td of %td weights and biases, %zu bytes\n", out.c_str(),
              model.nonzeros(), model.baseline_parameters, model.network.onnx.size());
}

void export_expanded(const std::string& path, SharedFormat format, const std::string& out) {
  const char* suffix = format == SharedFormat::npz ? "npz" : "mtx";
  check_files_in(out, matrix_files(suffix), path);
  const ImplicitModel model = expanded(read_shared_model(path), path);
  if (format == SharedFormat::npz) {
    write_npz_model(model, out);
  } else {
    write_matrix_market_model(model, out);
  }
  std::printf("%s: A, B, C and D of %td states, %td nonzeros\n", out.c_str(), model.states(),
              model.nonzeros());
}

void export_kernels(const std::string& path, const std::string& out) {
  const SharedModel model = read_shared_model(path);
  const std::vector<std::string> files = kernel_files(model);
  check_files_in(out, files, path);
  write_npz_kernels(model, out);
  std::printf("%s: the kernels of %zu operators, 000.npz, ..., %td nonzeros with biases\n", out.c_str(),
              files.size(), model.nonzeros());
}

}  // namespace

void export_shared_rows(const std::string& model, SharedFormat format, bool expand, const std::string& out) {
  if (format == SharedFormat::onnx) {
    if (expand) throw InputError("--expand belongs to --format npz and mtx");
    export_onnx_network(model, out);
  } else if (expand) {
    export_expanded(model, format, out);
  } else if (format == SharedFormat::npz) {
    export_kernels(model, out);
  } else {
    throw InputError(
        model +
        ": has shared rows, whose kernels are exported with --format npz; --expand writes A, B, C "
        "and D");
  }
}

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
                          bool magnitude, const std::string& report, const Timer& timer) {
  const SharedModel model = read_shared_model(model_path, ranks);
  const StatesHeader header = read_states_header(states, ranks);
  std::optional<LayeredNetwork> pruned;
  agree(ranks, [&] {
    if (magnitude) pruned = pruned_by_magnitude(read_layered_network(header), model.nonzeros());
  });
  SharedScores scores = evaluate_shared(ranks, model, model_path, header, pruned ? &*pruned : nullptr);
  on_root(ranks, [&] {
    scores.model_bytes = static_cast<std::int64_t>(std::filesystem::file_size(model_path));
    scores.seconds.total = timer.seconds();
    if (!report.empty()) write_text(report, to_json(scores).dump(2) + "\n");
    std::fputs(to_table(scores).c_str(), stdout);
  });
}

}  // namespace simplicit::cli
