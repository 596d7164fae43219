#include "cli/read_files.hpp"
#include "cli/shared_rows.hpp"
#include <simplicit/cli/command.hpp>
#include <simplicit/export/export_model.hpp>
#include <simplicit/export/export_onnx.hpp>
#include <simplicit/export/export_states.hpp>
#include <simplicit/model/shared_model.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

namespace simplicit::cli {
namespace {

enum class Format { npz, mtx, onnx };

constexpr double largest_input_bound = 1e30;
constexpr int largest_batch = 1'000'000;

struct Options {
  std::string file;
  Format format = Format::npz;
  std::string out;
  std::optional<int> iterations;
  std::optional<double> tolerance;
  std::optional<double> input_bound;
  std::optional<int> batch;
  bool expand = false;
};

void require_valid(const Options& options) {
  const bool onnx = options.format == Format::onnx;
  if (!onnx && (options.iterations || options.tolerance || options.input_bound || options.batch)) {
    throw InputError("--iterations, --fixed-point-tol, --input-bound and --batch belong to --format onnx");
  }
  if (options.iterations && options.tolerance) {
    throw InputError("give --iterations or --fixed-point-tol, not both");
  }
}

bool holds_states(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  return file.has("U") && file.has("X") && file.has("Z");
}

void print_error(const char* of_what, const ErrorBound& error) {
  std::printf("  %s at most %.2g in a state, %.2g in an output\n", of_what, error.states, error.outputs);
}

void write_graph(const Options& options) {
  DeclaredFiles files;
  reads(files, "FILE", options.file);
  files.writes("--out", options.out);
  files.check();
  OnnxSettings settings;
  settings.iterations = options.iterations;
  settings.tolerance = options.tolerance.value_or(settings.tolerance);
  settings.input_bound = options.input_bound.value_or(settings.input_bound);
  settings.batch = static_cast<Index>(options.batch.value_or(0));
  const ImplicitModel model = read_model(options.file);
  const OnnxEvidence evidence = export_onnx(model, settings, options.out);
  std::printf("%s: u (%s x %td) -> y (%td), %d iterations%s\n", options.out.c_str(),
              settings.batch > 0 ? std::to_string(settings.batch).c_str() : "any", model.inputs(),
              model.outputs(), evidence.iterations,
              evidence.exact ? ", exact: the states use each other in layers" : "");
  std::printf("Proven errors while |u| <= %g\n", settings.input_bound);
  if (!evidence.exact) print_error("of the iterations", evidence.unrolling);
  print_error("of rounding to float32", evidence.rounding);
}

void write_samples(const Options& options) {
  if (options.format != Format::npz) {
    throw InputError(options.file + ": holds states; they are exported with --format npz");
  }
  DeclaredFiles files;
  reads(files, "FILE", options.file);
  files.writes("--out", options.out);
  files.check();
  const StatesHeader header = read_states_header(options.file);
  write_npz_states(header, options.out);
  std::printf("%s: %td samples, %td inputs, %td states, %td outputs\n", options.out.c_str(), header.samples,
              header.inputs, header.states, header.outputs);
}

void write_matrices(const Options& options) {
  const char* suffix = options.format == Format::npz ? "npz" : "mtx";
  DeclaredFiles files;
  reads(files, "FILE", options.file);
  files.writes_in("--out", options.out, matrix_files(suffix));
  files.check();
  const ImplicitModel model = read_model(options.file);
  if (options.format == Format::npz) {
    write_npz_model(model, options.out);
  } else {
    write_matrix_market_model(model, options.out);
  }
  std::printf("%s: A.%s, B.%s, C.%s, D.%s%s, %td nonzeros\n", options.out.c_str(), suffix, suffix, suffix,
              suffix, options.format == Format::npz ? ", model.npz" : "", model.nonzeros());
}

void write_shared(const Options& options) {
  if (options.iterations || options.tolerance || options.input_bound || options.batch) {
    throw InputError(
        options.file +
        ": has shared rows and is exported as the network it is; --iterations, --fixed-point-tol, "
        "--input-bound and --batch are for the other structures");
  }
  const SharedFormat format = options.format == Format::npz   ? SharedFormat::npz
                              : options.format == Format::mtx ? SharedFormat::mtx
                                                              : SharedFormat::onnx;
  export_shared_rows(options.file, format, options.expand, options.out);
}

void export_file(const Options& options) {
  require_valid(options);
  if (holds_states(options.file)) return write_samples(options);
  if (is_shared_model(options.file)) return write_shared(options);
  if (options.expand) throw InputError("--expand is for models with shared rows (train --structure shared)");
  if (options.format == Format::onnx) return write_graph(options);
  write_matrices(options);
}

std::vector<Setting> settings_list(Options& options) {
  const std::string onnx = "onnx";
  return {
      {.flag = "file",
       .place = &options.file,
       .help = "Model file, or states file (npz only)",
       .unit = "FILE",
       .required = true},
      {.flag = "--format",
       .place =
           choice_of(options.format, {{"npz", Format::npz}, {"mtx", Format::mtx}, {"onnx", Format::onnx}}),
       .help = "npz, mtx or onnx",
       .unit = "NAME",
       .required = true},
      {.flag = "--out",
       .place = &options.out,
       .help = "For npz and mtx of a model a directory for A, B, C and D, or the kernels of shared rows; "
               "else the "
               "file to write",
       .unit = "PATH",
       .required = true},
      {.flag = "--expand",
       .place = &options.expand,
       .help = "Of a model with shared rows: write them out for every position, as A, B, C and D (npz, mtx)"},
      {.flag = "--fixed-point-tol",
       .place = &options.tolerance,
       .help =
           "Unroll the fixed point until the proven error of the states is at most this, 1e-6 when not given",
       .unit = "T",
       .group = onnx,
       .bounds = inside(0, 1)},
      {.flag = "--iterations",
       .place = &options.iterations,
       .help = "Unroll this many iterations instead",
       .unit = "K",
       .group = onnx,
       .bounds = from_to(1, UnrollingBound::most_iterations)},
      {.flag = "--input-bound",
       .place = &options.input_bound,
       .help = "Largest |u| the error is proven for, 1 when not given",
       .unit = "V",
       .group = onnx,
       .bounds = {.lowest = 0, .highest = largest_input_bound, .without_lowest = true}},
      {.flag = "--batch",
       .place = &options.batch,
       .help = "Samples in each run of the graph; open when not given",
       .unit = "N",
       .group = onnx,
       .bounds = from_to(1, largest_batch)}};
}

}  // namespace

Command export_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "export",
          .summary = "Write a model or states for scipy, Matrix Market or ONNX",
          .settings = settings_list(*options),
          .example = "simplicit export model.h5 --format onnx --out model.onnx",
          .run = [options](const Context& context) {
            on_root(context.ranks, [&] { export_file(*options); });
            return ExitCode::done;
          }};
}

}  // namespace simplicit::cli
