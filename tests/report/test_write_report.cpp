#include "report/gnuplot.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/report/sources.hpp>
#include <simplicit/report/write_report.hpp>

#include <catch2/catch.hpp>
#include <report/small_model.hpp>
#include <report/small_shared_model.hpp>
#include <support/temporary_directory.hpp>
#include <sys/prctl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace simplicit;
using namespace simplicit::report;
using simplicit::test::TemporaryDirectory;

namespace {

std::string written(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  return path.string();
}

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// An empty PATH for as long as it lives.
class NoPath {
 public:
  NoPath() : path_(std::getenv("PATH")) { setenv("PATH", "/nonexistent", 1); }
  ~NoPath() { setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_;
};

std::string fault_of(const std::vector<std::string>& paths, const std::string& out) {
  try {
    (void)write_report(paths, out);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

const std::string training = R"({"rows": 3, "solved": 3, "seconds": {"total": 1.0},
  "per_rank": [{"rank": 0, "rows": 3, "blocks": 1, "seconds": 0.5}]})";

}  // namespace

TEST_CASE("sources are told apart by their content") {
  const TemporaryDirectory directory;
  const std::string model = directory / "no extension";
  write_model(small_model(), model);
  const Sources sources =
      read_sources({written(directory / "e", R"({"samples": 5, "output_error": 0.1, "accuracy": null})"),
                    model, written(directory / "t", training)});
  CHECK(sources.models.size() == 1);
  CHECK(sources.trainings.size() == 1);
  CHECK(sources.evaluations.size() == 1);
}

TEST_CASE("a model with shared rows is drawn layer by layer, beside its runs") {
  const TemporaryDirectory directory;
  const std::string model = directory / "shared model.h5";
  write_shared_model(small_shared_model(), model);
  const std::string out = directory / "page";
  (void)write_report(
      {model, written(directory / "e.json", R"({"structure": "shared", "samples": 5, "accuracy": 0.8,
        "magnitude_accuracy": 0.6, "output_error": 0.1, "nonzeros": 10, "baseline_parameters": 17,
        "kept": 0.5882})"),
       written(directory / "t.json", R"({"structure": "shared", "rows": 5, "solved": 5, "nonzeros": 10,
                                         "baseline_parameters": 17, "seconds": {"total": 1.5}})")},
      out);
  const std::string page = content(out + "/index.html");
  CHECK(page.find("<h2>shared model.h5</h2>") != std::string::npos);
  CHECK(page.find("10 of 17 (58.82 %)") != std::string::npos);
  CHECK(page.find("one convex problem per channel") != std::string::npos);
  CHECK(page.find("5 of 5") != std::string::npos);
  CHECK(page.find("Accuracy pruned by magnitude") != std::string::npos);
  const std::string script = content(out + "/pictures.gnuplot");
  CHECK(script.find("1 9 5 55.5556\n2 8 5 62.5\n") != std::string::npos);
  CHECK(script.find("4 2 1e-16 1 1\n") != std::string::npos);  // the last row is one of the last layer
}

TEST_CASE("files that are no sources are refused by name and nothing is written") {
  const TemporaryDirectory directory;
  const std::string out = directory / "page";
  const std::string prose = written(directory / "prose.json", "not JSON");
  const std::string list = written(directory / "list.json", "[1, 2]");
  const std::string other = written(directory / "other.json", R"({"rows": 3})");
  const std::string odd = written(
      directory / "odd.json", R"({"rows": 3, "solved": 3, "seconds": 1, "per_rank": [{"rank": "first"}]})");
  const std::string deep = written(directory / "deep.json", R"({"rows": )" + std::string(200000, '['));
  for (const std::string& path :
       {prose, list, other, odd, deep, directory / "missing.json", directory.path()}) {
    CHECK(fault_of({path}, out).find(path) == 0);
    CHECK_FALSE(std::filesystem::exists(out));
  }
}

TEST_CASE("the folder is made, but not the folders above it") {
  const TemporaryDirectory directory;
  const std::string source = written(directory / "t.json", training);
  CHECK(fault_of({source}, directory / "no/page").find("no/page") != std::string::npos);
  CHECK(fault_of({source}, source).find("t.json") != std::string::npos);  // a file is in the way
}

TEST_CASE("without gnuplot the page has its tables and says how to get the pictures") {
  const TemporaryDirectory directory;
  const std::string source = written(directory / "t.json", training);
  const NoPath no_path;
  const WrittenReport report = write_report({source}, directory / "page");
  REQUIRE(report.missing_pictures);
  CHECK(report.missing_pictures->find("PATH") != std::string::npos);
  const std::string html = content(report.page);
  CHECK(html.find("gnuplot pictures.gnuplot") != std::string::npos);
  CHECK(html.find("Rows solved") != std::string::npos);
  CHECK(content(directory / "page/pictures.gnuplot").find("$ranks") != std::string::npos);
}

TEST_CASE("gnuplot draws every picture, in a folder with quotes and spaces in its name") {
  const TemporaryDirectory directory;
  if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) {
    WARN("gnuplot is not installed");
    return;
  }
  const std::string model = directory / "m.h5";
  write_model(small_model(), model);
  const std::string source = written(directory / "t.json", training);
  const WrittenReport report = write_report({source, model}, directory / "it's a page");
  CHECK_FALSE(report.missing_pictures);
  for (const char* picture : {"model-1-matrices.png", "model-1-rows.png", "training-1-ranks.png"}) {
    CHECK(content(directory / (std::string("it's a page/") + picture)).substr(1, 3) == "PNG");
  }
  written(directory / "bad.gnuplot", "plot nonsense(\n");
  CHECK(run_gnuplot(directory.path(), "bad.gnuplot"));
}

TEST_CASE("an attack with a name that is not ours is refused") {
  const TemporaryDirectory directory;
  const std::string file =
      written(directory / "e.json", R"({"samples": 5, "output_error": 0.1, "accuracy": 0.5, "attacks": [
        {"name": "x', 1/0\nsystem('touch executed')\n#", "epsilon": 0.1, "accuracy": 0.5}]})");
  CHECK(fault_of({file}, directory / "page").find(file + ": 'attacks[0].name'") == 0);
}

TEST_CASE("names of files and folders are data, whatever they hold") {
  const TemporaryDirectory directory;
  if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) {
    WARN("gnuplot is not installed");
    return;
  }
  const std::string folder = directory / "it's\nsystem('touch executed')\n#\"`touch executed`";
  std::filesystem::create_directory(folder);
  std::vector<std::string> evaluations;
  for (const char* name :
       {"'\nsystem('touch executed')\n#", "\"\nEOD\n!touch executed", "`touch executed`"}) {
    evaluations.push_back(written(folder + "/" + std::string(name) + ".json",
                                  R"({"samples": 5, "output_error": 0.1, "accuracy": 0.5,
      "kept": 0.5, "sensitivity_inf": 3.0,
      "attacks": [{"name": "fgsm", "epsilon": 0.1, "accuracy": 0.4, "baseline_accuracy": 0.3}]})"));
  }
  const std::string page = folder + "/'\nsystem('touch executed')\n#";
  CHECK_FALSE(write_report(evaluations, page).missing_pictures);
  for (const char* picture : {"accuracy-kept.png", "robustness-attacks.png", "robustness-accuracy.png"}) {
    CHECK(content(page + "/" + picture).substr(1, 3) == "PNG");
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    CHECK(entry.path().filename() != "executed");
  }
}

TEST_CASE("gnuplot cannot start other programs") {
  const TemporaryDirectory directory;
  if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) {
    WARN("gnuplot is not installed");
    return;
  }
  if (::prctl(PR_GET_SECCOMP) < 0) {
    WARN("this kernel does not filter system calls");
    return;
  }
  written(directory / "bad.gnuplot",
          "system('touch by_system')\n!touch by_shell\nx = '`touch by_backquotes`'\ny = \"`touch "
          "by_backquotes`\"\n"
          "set print '|touch by_print'\nprint 1\nplot '<touch by_plot; echo 1 2' using 1:2\n");
  (void)run_gnuplot(directory.path(), "bad.gnuplot");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    ++files;
    CHECK(entry.path().filename() == "bad.gnuplot");
  }
  CHECK(files == 1);
}
