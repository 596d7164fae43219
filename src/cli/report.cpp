#include <simplicit/cli/command.hpp>
#include <simplicit/report/write_report.hpp>

#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string out;
};

ExitCode run_report(const Options& options, const Context& context) {
  on_root(context.ranks, [&] {
    const report::WrittenReport written = report::write_report(options.files, options.out);
    if (written.missing_pictures) spdlog::warn("the page has no pictures: {}", *written.missing_pictures);
    std::printf("%s\n", written.page.c_str());
  });
  return ExitCode::done;
}

}  // namespace

Run add_report(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("report", "Draw pictures and a page from models and run reports");
  command
      ->add_option("files", options->files,
                   "Model files, path files, and the JSON reports of train and evaluate")
      ->required()
      ->type_name("FILE");
  command->add_option("--out", options->out, "Folder for index.html and its pictures; made if it is missing")
      ->required()
      ->type_name("DIR");
  return [options](const Context& context) { return run_report(*options, context); };
}

}  // namespace simplicit::cli
