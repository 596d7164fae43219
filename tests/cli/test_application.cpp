#include <simplicit/cli/application.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace simplicit;
using simplicit::cli::Application;

namespace {

Application::Choice parse(Application& application, std::vector<const char*> words) {
  words.insert(words.begin(), "simplicit");
  return application.parse(static_cast<int>(words.size()), words.data());
}

std::string fault_of(std::vector<const char*> words) {
  Application application;
  try {
    (void)parse(application, std::move(words));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("no command prints help and counts as wrong usage") {
  Application application;
  const auto choice = parse(application, {});
  CHECK(choice.code == ExitCode::bad_input);
  CHECK_FALSE(choice.run);
  CHECK(choice.text.find("report") != std::string::npos);
}

TEST_CASE("--version and --help are text, not errors, at the top and in every command") {
  Application version;
  CHECK(parse(version, {"--version"}).text.rfind("simplicit 0.1.0 (", 0) == 0);
  Application help;
  CHECK(parse(help, {"--help"}).code == ExitCode::done);
  Application of_command;
  CHECK(parse(of_command, {"report", "--version"}).text.rfind("simplicit 0.1.0 (", 0) == 0);
  for (const CLI::App* command : help.parser().get_subcommands([](CLI::App*) { return true; })) {
    INFO(command->get_name());
    Application application;
    const auto choice = parse(application, {command->get_name().c_str(), "-h"});
    CHECK(choice.code == ExitCode::done);
    CHECK(choice.text.find(command->get_description()) != std::string::npos);
    CHECK_FALSE(command->get_description().empty());
    CHECK(command->get_footer().find("simplicit " + command->get_name()) != std::string::npos);
  }
}

TEST_CASE("every option says what it is for") {
  Application application;
  for (const CLI::App* command : application.parser().get_subcommands([](CLI::App*) { return true; })) {
    for (const CLI::Option* option : command->get_options()) {
      INFO(command->get_name() << " " << option->get_name());
      CHECK_FALSE(option->get_description().empty());
    }
  }
}

TEST_CASE("a fault of usage names the command and the word at fault") {
  CHECK(fault_of({"report", "a.h5", "--out", "d", "--nonsense"}).find("report: ") == 0);
  CHECK(fault_of({"report", "a.h5", "--out", "d", "--nonsense"}).find("--nonsense") != std::string::npos);
  CHECK(fault_of({"report", "a.h5"}).find("--out") != std::string::npos);
  CHECK(fault_of({"report", "a.h5", "--nonsense"}) == "report: unknown flag --nonsense");
  CHECK(fault_of({"nonsense"}) == "unknown command 'nonsense'");
  CHECK(fault_of({"--nonsense"}) == "unknown flag --nonsense");
}
