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

Command report_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "report",
          .summary = "Draw pictures and a page from models and run reports",
          .settings = {{.flag = "files",
                        .place = &options->files,
                        .help = "Model files, path files, and the JSON reports of train and evaluate",
                        .unit = "FILE",
                        .required = true},
                       {.flag = "--out",
                        .place = &options->out,
                        .help = "Folder for index.html and its pictures; made if it is missing",
                        .unit = "DIR",
                        .required = true}},
          .example = "simplicit report model.h5 train.json evaluate.json path.h5 --out report",
          .run = [options](const Context& context) { return run_report(*options, context); }};
}

}  // namespace simplicit::cli
