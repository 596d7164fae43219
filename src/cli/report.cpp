#include "cli/read_files.hpp"
#include <simplicit/cli/command.hpp>
#include <simplicit/report/write_report.hpp>
#include <simplicit/system/signals.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string out;
};

/// The pictures that lie in the folder already and may be drawn anew.
std::vector<std::string> pictures_in(const std::string& folder) {
  constexpr std::array kinds{"model-", "training-", "evaluation-", "accuracy-", "robustness-"};
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool ours =
        std::any_of(kinds.begin(), kinds.end(), [&](const char* kind) { return name.starts_with(kind); });
    if (ours && name.ends_with(".png")) names.push_back(name);
  }
  return names;
}

void check_files(const Options& options) {
  DeclaredFiles files;
  for (const std::string& file : options.files) reads(files, "FILE", file);
  files.writes_in("--out", options.out, {"index.html", "pictures.gnuplot"});
  files.writes_in("--out", options.out, pictures_in(options.out));
  files.check();
}

ExitCode run_report(const Options& options, const Context& context) {
  on_root(context.ranks, [&] {
    check_files(options);
    limit_time_to_leave("the page in " + options.out + " is not complete, run the same command again");
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
