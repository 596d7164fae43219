#include <simplicit/base/timer.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/cli/output_path.hpp>
#include <simplicit/evaluate/evaluate.hpp>
#include <simplicit/hdf5/file.hpp>

#include <spdlog/spdlog.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <vector>

namespace simplicit::cli {
namespace {

struct Options {
  std::string model;
  std::string states;
  std::string report;
  EvaluateSettings settings;
};

void require_valid(const Options& options) {
  const double tolerance = options.settings.fixed_point.tolerance;
  if (!(tolerance > 0 && tolerance < 1)) throw InputError("--fixed-point-tol must lie between 0 and 1");
  for (const double epsilon : options.settings.certify_epsilons) {
    if (!(epsilon >= 0 && std::isfinite(epsilon))) {
      throw InputError("--certify-epsilon must be a list of finite numbers that are not negative");
    }
  }
}

void require_report_path(const Options& options) {
  require_another_file("--report", options.report, options.model);
  require_another_file("--report", options.report, options.states);
  hdf5::require_writable(options.report);
}

void write_json(const nlohmann::json& record, const std::string& path) {
  hdf5::TemporaryOutput output(path);
  std::ofstream file(output.temporary_path());
  file << record.dump(2) << '\n';
  file.close();
  if (!file) throw SystemError(path + ": cannot be written");
  output.commit();
}

ExitCode run_evaluate(const Options& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  const Timer timer;
  on_root(ranks, [&] {
    require_valid(options);
    if (!options.report.empty()) require_report_path(options);
  });
  const ImplicitModel model = read_model(options.model, ranks);
  const StatesHeader header = read_states_header(options.states, ranks);
  Scores scores = evaluate(ranks, model, header, options.settings, options.model);
  on_root(ranks, [&] {
    scores.seconds = timer.seconds();
    if (!scores.fixed_point.converged) {
      spdlog::warn(
          "the fixed point of some samples was not reached to the tolerance; the error bound tells how near");
    }
    if (!options.report.empty()) write_json(to_json(scores), options.report);
    std::fputs(to_table(scores).c_str(), stdout);
  });
  return ExitCode::done;
}

}  // namespace

Run add_evaluate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "Score a model on the samples of a states file, with proofs of robustness");
  command->add_option("model", options->model, "The model file")->required()->type_name("MODEL");
  command->add_option("states", options->states, "Captured states, of the test set for example")
      ->required()
      ->type_name("STATES");
  command
      ->add_option("--fixed-point-tol", options->settings.fixed_point.tolerance,
                   "Stop where the proven error of the states is at most this times max(1, largest state)")
      ->type_name("T");
  command
      ->add_option("--certify-epsilon", options->settings.certify_epsilons,
                   "Perturbations of the inputs, in their unit, to state the certified accuracy for")
      ->delimiter(',')
      ->type_name("E,...");
  command->add_option("--report", options->report, "Also write the scores to this JSON file")
      ->type_name("FILE");
  return [options](const Context& context) { return run_evaluate(*options, context); };
}

}  // namespace simplicit::cli
