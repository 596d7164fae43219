#include "cli/problem_options.hpp"
#include "cli/read_files.hpp"
#include <simplicit/base/provenance.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/path/path_table.hpp>
#include <simplicit/report/path_picture.hpp>
#include <simplicit/system/text_file.hpp>

#include <spdlog/spdlog.h>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  PathSettings path;
  double from = 1;
  double to = 1e-5;
  int steps = 12;
};

// "path.h5" -> "path.csv"; another extension than that of HDF5 stays and the new one follows it.
std::string beside(const std::string& out, const char* extension) {
  std::filesystem::path path(out);
  if (path.extension() == ".h5" || path.extension() == ".hdf5")
    return path.replace_extension(extension).string();
  return out + extension;
}

void check_files(const PathSettings& path) {
  const std::string& out = path.train.out;
  DeclaredFiles files;
  reads(files, "STATES", path.train.states);
  reads(files, "--test", path.test);
  files.writes("--out", out);
  files.writes("the table beside --out", beside(out, ".csv"));
  files.writes("the picture beside --out", beside(out, ".png"));
  files.writes("--checkpoint", path.train.checkpoint);
  files.check();
}

void write_outputs(const PathOutcome& outcome, const PathSettings& settings, const Context& context) {
  PathTable table = path_table(outcome);
  table.provenance = provenance(context.command_line);
  table.provenance["settings"] = to_json(settings.train);
  table.provenance["states_digest"] = outcome.states_digest;
  table.provenance["test"] = settings.test;
  table.provenance["ranks"] = context.ranks.size();
  const std::string& out = settings.train.out;
  write_path(table, out);
  write_text(beside(out, ".csv"), to_csv(table));
  const auto missing = report::draw_path(table, out, beside(out, ".png"));
  if (missing) spdlog::warn("{} is not drawn: {}", beside(out, ".png"), *missing);
  std::fputs(to_text(table).c_str(), stdout);
  std::printf("written: %s, %s%s\n", out.c_str(), beside(out, ".csv").c_str(),
              missing ? "" : (", " + beside(out, ".png")).c_str());
}

ExitCode run_path(const Options& options, const Context& context) {
  PathSettings settings = options.path;
  agree(context.ranks,
        [&] { settings.train.lambda_rel_path = lambda_grid(options.from, options.to, options.steps); });
  on_root(context.ranks, [&] { check_files(settings); });
  const PathOutcome outcome = follow_path(context.ranks, settings);
  std::int64_t missed = 0;
  on_root(context.ranks, [&] {
    write_outputs(outcome, settings, context);
    for (const PathPoint& point : outcome.points) {
      if (point.rows.missed_rows.empty()) continue;
      missed += std::ssize(point.rows.missed_rows);
      spdlog::warn("lambda_rel {:.3e}: {} rows did not reach the tolerance, row {} for one", point.lambda_rel,
                   point.rows.missed_rows.size(), point.rows.missed_rows.front());
    }
  });
  context.ranks.broadcast(missed);
  return missed > 0 ? ExitCode::tolerance_missed : ExitCode::done;
}

}  // namespace

Run add_path(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  TrainSettings& settings = options->path.train;
  CLI::App* command = app.add_subcommand(
      "path", "Train along falling penalties and score every model: accuracy against weights kept");
  command->add_option("states", settings.states, "States file to train on")->required()->type_name("STATES");
  command->add_option("--test", options->path.test, "States file, with labels, to score every model on")
      ->required()
      ->type_name("STATES");
  command
      ->add_option("--out", settings.out,
                   "Path file to write, with a table (.csv) and a picture (.png) beside it")
      ->required()
      ->type_name("FILE");
  const auto add = [&](CLI::Option* option) { return option->group(problem_group); };
  add(command
          ->add_option("--lambda-rel-from", options->from,
                       "First penalty weight, as a fraction of each row's lambda_max (1 keeps nothing)")
          ->capture_default_str()
          ->type_name("V"));
  add(command->add_option("--lambda-rel-to", options->to, "Last penalty weight")
          ->capture_default_str()
          ->type_name("V"));
  add(command->add_option("--steps", options->steps, "Penalties in all, evenly spaced on a logarithmic scale")
          ->capture_default_str()
          ->type_name("N"));
  add_objective_options(*command, settings);
  add_refine_option(*command, settings);
  add_solver_options(*command, settings);
  add_checkpoint_options(*command, settings);
  return [options](const Context& context) { return run_path(*options, context); };
}

}  // namespace simplicit::cli
