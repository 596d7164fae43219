#include "cli/read_files.hpp"
#include <simplicit/base/provenance.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/path/follow_shared_path.hpp>
#include <simplicit/path/path_table.hpp>
#include <simplicit/report/path_picture.hpp>
#include <simplicit/system/text_file.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace simplicit::cli {
namespace {

constexpr std::array penalty_flags{"--lambda-rel-from", "--lambda-rel-to", "--steps"};

struct Options {
  PathSettings path;
  std::vector<double> keeps;
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

/// The path file, its table and picture, and the table for a person.
void write_outputs(PathTable table, const std::string& states_digest, const PathSettings& settings,
                   const Context& context) {
  table.provenance = provenance(context.command_line);
  table.provenance["settings"] = to_json(settings.train);
  table.provenance["states_digest"] = states_digest;
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

/// A path of models with shared rows, along --keep or along penalties.
ExitCode run_shared_path(const Options& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  SharedPathSettings settings{options.path.train, options.keeps, {}, options.path.test};
  agree(ranks, [&] {
    const bool penalties =
        std::ranges::any_of(penalty_flags, [&](const char* flag) { return context.given.contains(flag); });
    if (!options.keeps.empty() && penalties) {
      throw InputError(
          "--keep and the penalties --lambda-rel-from, --lambda-rel-to and --steps exclude each other");
    }
    if (options.keeps.empty()) settings.lambda_rels = lambda_grid(options.from, options.to, options.steps);
  });
  const SharedPathOutcome outcome = follow_shared_path(ranks, settings);
  std::int64_t missed = 0;
  for (const SharedPathPoint& point : outcome.points) missed += point.missed_rows;
  on_root(ranks, [&] {
    write_outputs(path_table(outcome.points), outcome.states_digest, options.path, context);
    if (missed > 0) spdlog::warn("{} rows did not reach the tolerance", missed);
  });
  return missed > 0 ? ExitCode::tolerance_missed : ExitCode::done;
}

ExitCode run_path(const Options& options, const Context& context) {
  PathSettings settings = options.path;
  on_root(context.ranks, [&] { check_files(settings); });
  if (settings.train.structure == Structure::shared) return run_shared_path(options, context);
  agree(context.ranks, [&] {
    if (!options.keeps.empty())
      throw InputError("--keep is for --structure shared; other structures follow penalties");
    settings.train.lambda_rel_path = lambda_grid(options.from, options.to, options.steps);
  });
  const PathOutcome outcome = follow_path(context.ranks, settings);
  std::int64_t missed = 0;
  on_root(context.ranks, [&] {
    write_outputs(path_table(outcome), outcome.states_digest, settings, context);
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

std::vector<Setting> settings_list(Options& options) {
  const std::vector<Setting> of_train = settings_of(options.path.train);
  std::vector<Setting> list = without(of_groups(of_train, {""}), {"--out", "--report"});
  list = together(std::move(list),
                  {{.flag = "--test",
                    .place = &options.path.test,
                    .help = "States file to score every model on",
                    .unit = "STATES",
                    .required = true},
                   {.flag = "--out",
                    .place = &options.path.train.out,
                    .help = "Path file to write, with a table (.csv) and a picture (.png) beside it",
                    .unit = "FILE",
                    .required = true},
                   {.flag = "--keep",
                    .place = &options.keeps,
                    .help = "With --structure shared: parts of the network's parameters to keep, a model "
                            "each, instead of penalties",
                    .unit = "F,...",
                    .group = penalty_group,
                    .bounds = {.lowest = 0, .highest = 1, .without_lowest = true}},
                   {.flag = "--lambda-rel-from",
                    .place = &options.from,
                    .help = "First penalty weight, as a fraction of each row's lambda_max (1 keeps "
                            "nothing)",
                    .unit = "V",
                    .group = penalty_group,
                    .bounds = above(0)},
                   {.flag = "--lambda-rel-to",
                    .place = &options.to,
                    .help = "Last penalty weight",
                    .unit = "V",
                    .group = penalty_group,
                    .bounds = above(0)},
                   {.flag = "--steps",
                    .place = &options.steps,
                    .help = "Penalties in all, evenly spaced on a logarithmic scale",
                    .unit = "N",
                    .group = penalty_group,
                    .bounds = from_to(1, most_path_steps)}});
  return together(std::move(list), of_groups(of_train, {problem_group, solver_group, interruption_group}));
}

}  // namespace

Command path_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "path",
          .summary = "Train one model after another with fewer or more weights and score each",
          .settings = settings_list(*options),
          .example = "mpirun -q -n 4 simplicit path train_states.h5 --test test_states.h5 --out path.h5",
          .run = [options](const Context& context) { return run_path(*options, context); }};
}

}  // namespace simplicit::cli
