#include <simplicit/base/provenance.hpp>
#include <simplicit/cli/application.hpp>

#include <array>

namespace simplicit::cli {
namespace {

struct Registered {
  Run (*add)(CLI::App&);
  const char* example;
};

// Every command there is, in the order of a session.
constexpr std::array registered{
    Registered{add_baseline,
               "simplicit baseline --dataset DIR --hidden 64,32,16 --epochs 10 --out baseline.h5"},
    Registered{
        add_capture,
        "simplicit capture baseline.h5 --dataset DIR --split train --samples 5000 --out train_states.h5"},
    Registered{add_train, "mpirun -q -n 4 simplicit train train_states.h5 --lambda-rel 2e-4 --out model.h5"},
    Registered{add_path, "mpirun -q -n 4 simplicit path train_states.h5 --test test_states.h5 --out path.h5"},
    Registered{add_evaluate,
               "mpirun -q -n 4 simplicit evaluate model.h5 test_states.h5 --report evaluate.json"},
    Registered{add_predict, "simplicit predict model.h5 inputs.h5 --out outputs.h5"},
    Registered{add_info, "simplicit info model.h5"},
    Registered{add_export, "simplicit export model.h5 --format onnx --out model.onnx"},
    Registered{add_plan, "simplicit plan train.json --ranks 1,2,16,256,4096"},
    Registered{add_report, "simplicit report model.h5 train.json evaluate.json path.h5 --out report"},
};

std::string version_line() {
  return "simplicit " + version() + " (" + git_hash() + ")";
}

// The first word nobody asked for tells more than what is missing because of it.
std::string fault_of(const CLI::App& app, const CLI::ParseError& fault) {
  const auto chosen = app.get_subcommands();
  const std::string head = chosen.empty() ? "" : chosen.front()->get_name() + ": ";
  const auto unexpected = app.remaining(true);
  if (unexpected.empty()) return head + fault.what();
  const std::string& word = unexpected.front();
  if (word.rfind('-', 0) == 0) return head + "unknown flag " + word;
  return head + (chosen.empty() ? "unknown command '" : "unexpected argument '") + word + "'";
}

// What is the same in every command: an example, --version, and no "[]" as the default of a list.
void complete(CLI::App& parser, const char* example) {
  if (parser.get_footer().empty()) parser.footer("Example:\n  " + std::string(example));
  parser.set_version_flag("--version", version_line())->group("");
  for (CLI::Option* option : parser.get_options({})) {
    if (option->get_default_str() == "[]") option->default_str("");
  }
}

}  // namespace

Application::Application()
    : app_(
          "Trains sparse, robust implicit neural networks that match the states of a trained network.\n"
          "Every command runs alone or under mpirun/srun on any number of ranks, with the same result.",
          "simplicit") {
  app_.set_version_flag("--version", version_line(), "Print the version and the commit it was built from");
  app_.set_help_flag("-h,--help", "Print what the program or a command takes");
  app_.option_defaults()->always_capture_default();
  app_.require_subcommand(1);
  app_.get_formatter()->column_width(34);
  add_commands();
  app_.footer(
      "'simplicit COMMAND --help' tells what a command takes.\n"
      "Exit codes: 0 done, 1 failed while running, 2 wrong usage or bad input,\n"
      "3 done but some rows missed the tolerance, 75 interrupted, run again with --resume.");
}

void Application::add_commands() {
  for (const Registered& command : registered) {
    Run run = command.add(app_);
    CLI::App* parser = app_.get_subcommands([](CLI::App*) { return true; }).back();
    complete(*parser, command.example);
    commands_.push_back({parser, std::move(run)});
  }
}

Application::Choice Application::parse(int argc, const char* const* argv) {
  if (argc <= 1) return {app_.help(), {}, ExitCode::bad_input};
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app_.get_subcommands();
    return {chosen.empty() ? app_.help() : chosen.front()->help("simplicit"), {}};
  } catch (const CLI::CallForVersion& version) {
    return {std::string(version.what()) + "\n", {}};
  } catch (const CLI::ParseError& fault) {
    throw InputError(fault_of(app_, fault));
  }
  for (const Command& command : commands_) {
    if (command.parser->parsed()) return {"", command.run};
  }
  return {app_.help(), {}, ExitCode::bad_input};
}

}  // namespace simplicit::cli
