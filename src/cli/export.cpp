#include "cli/read_files.hpp"
#include <simplicit/cli/command.hpp>
#include <simplicit/export/export_model.hpp>
#include <simplicit/export/export_onnx.hpp>
#include <simplicit/export/export_states.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <map>
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
};

void require_valid(const Options& options) {
  const bool onnx = options.format == Format::onnx;
  if (!onnx && (options.iterations || options.tolerance || options.input_bound || options.batch)) {
    throw InputError("--iterations, --fixed-point-tol, --input-bound and --batch belong to --format onnx");
  }
  if (options.iterations && options.tolerance) {
    throw InputError("give --iterations or --fixed-point-tol, not both");
  }
  constexpr int most = UnrollingBound::most_iterations;
  if (options.iterations && (*options.iterations < 1 || *options.iterations > most)) {
    throw InputError(fmt::format("--iterations must lie between 1 and {}", most));
  }
  if (options.tolerance && !(*options.tolerance > 0 && *options.tolerance < 1)) {
    throw InputError("--fixed-point-tol must lie between 0 and 1");
  }
  if (options.input_bound && !(*options.input_bound > 0 && *options.input_bound <= largest_input_bound)) {
    throw InputError(fmt::format("--input-bound must be above 0 and at most {:g}", largest_input_bound));
  }
  if (options.batch && (*options.batch < 1 || *options.batch > largest_batch)) {
    throw InputError(fmt::format("--batch must lie between 1 and {}", largest_batch));
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

void export_file(const Options& options) {
  require_valid(options);
  if (holds_states(options.file)) return write_samples(options);
  if (options.format == Format::onnx) return write_graph(options);
  write_matrices(options);
}

}  // namespace

Run add_export(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("export", "Write a model or states for scipy, Matrix Market or ONNX");
  command->add_option("file", options->file, "Model file, or states file (npz only)")
      ->required()
      ->type_name("FILE");
  static const std::map<std::string, Format> formats{
      {"npz", Format::npz}, {"mtx", Format::mtx}, {"onnx", Format::onnx}};
  command->add_option("--format", options->format, "npz, mtx or onnx")
      ->required()
      ->transform(CLI::CheckedTransformer(formats).description(""))
      ->default_str("")
      ->type_name("NAME");
  command
      ->add_option("--out", options->out,
                   "For npz and mtx of a model a directory for A, B, C and D; else the file to write")
      ->required()
      ->type_name("PATH");
  const std::string onnx = "onnx";
  command
      ->add_option(
          "--fixed-point-tol", options->tolerance,
          "Unroll the fixed point until the proven error of the states is at most this, 1e-6 when not given")
      ->type_name("T")
      ->group(onnx);
  command->add_option("--iterations", options->iterations, "Unroll this many iterations instead")
      ->type_name("K")
      ->group(onnx);
  command
      ->add_option("--input-bound", options->input_bound,
                   "Largest |u| the error is proven for, 1 when not given")
      ->type_name("V")
      ->group(onnx);
  command->add_option("--batch", options->batch, "Samples a run; open when not given")
      ->type_name("N")
      ->group(onnx);
  return [options](const Context& context) {
    on_root(context.ranks, [&] { export_file(*options); });
    return ExitCode::done;
  };
}

}  // namespace simplicit::cli
