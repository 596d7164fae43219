#include <simplicit/base/provenance.hpp>
#include <simplicit/cli/application.hpp>

#include <algorithm>

namespace simplicit::cli {
namespace {

// Every command there is, in the order of a session.
std::vector<Command> all_commands() {
  return {baseline_command(), capture_command(), train_command(),  path_command(), evaluate_command(),
          predict_command(),  info_command(),    export_command(), plan_command(), report_command()};
}

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

template <class Value>
bool is_list_of(const Setting& setting) {
  return std::holds_alternative<std::vector<Value>*>(setting.place);
}

bool is_list(const Setting& setting) {
  return is_list_of<int>(setting) || is_list_of<Index>(setting) || is_list_of<double>(setting) ||
         is_list_of<std::string>(setting);
}

// A choice whose help does not name its choices gets them listed at the end.
std::string help_of(const Setting& setting) {
  const std::vector<std::string>& names = names_of(setting);
  const auto is_named = [&](const std::string& name) { return setting.help.find(name) != std::string::npos; };
  if (std::ranges::all_of(names, is_named)) return setting.help;
  std::string help = setting.help + ":";
  for (const std::string& name : names) help += (&name == &names.front() ? " " : ", ") + name;
  return help;
}

std::string default_of(const Setting& setting) {
  return setting.without.empty() ? value_text(setting) : setting.without;
}

void assign_from_command_line(const Setting& setting, const std::vector<std::string>& words) {
  try {
    assign(setting, words);
  } catch (const InputError& fault) {
    throw CLI::ValidationError(fault.what());
  }
}

CLI::Option* add_option(CLI::App& parser, const Setting& setting) {
  if (std::holds_alternative<bool*>(setting.place)) {
    return parser.add_flag_callback(
        setting.flag, [setting] { assign(setting, {}); }, help_of(setting));
  }
  CLI::callback_t callback = [setting](const CLI::results_t& words) {
    assign_from_command_line(setting, words);
    return true;
  };
  CLI::Option* option = parser.add_option(setting.flag, std::move(callback), help_of(setting));
  option->type_size(1)->type_name(setting.unit)->default_str(default_of(setting));
  if (is_list(setting)) {
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(setting.flag[0] != '-');
  }
  return option;
}

// Every setting is an option, or an argument when it has no dashes; the help shows unit, choices and default.
void add_options(CLI::App& parser, const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    CLI::Option* option = add_option(parser, setting);
    option->required(setting.required);
    if (!setting.group.empty()) option->group(setting.group);
  }
}

CLI::App* add_parser(CLI::App& app, const Command& command) {
  CLI::App* parser = app.add_subcommand(command.name, command.summary);
  add_options(*parser, command.settings);
  parser->footer((command.notes.empty() ? "" : command.notes + "\n") + "Example:\n  " + command.example);
  parser->set_version_flag("--version", version_line())->group("");
  return parser;
}

std::set<std::string> given_flags(const CLI::App& parser) {
  std::set<std::string> given;
  for (const CLI::Option* option : parser.get_options({})) {
    if (option->count() > 0) given.insert(option->get_name());
  }
  return given;
}

}  // namespace

Application::Application()
    : app_(
          "Trains sparse, robust implicit neural networks that match the states of a trained network.\n"
          "Every command runs alone or under mpirun/srun on any number of ranks, with the same result.",
          "simplicit") {
  app_.set_version_flag("--version", version_line(), "Print the version and the commit it was built from");
  app_.set_help_flag("-h,--help", "Print what the program or a command takes");
  app_.require_subcommand(1);
  app_.get_formatter()->column_width(34);
  for (Command& command : all_commands()) {
    CLI::App* parser = add_parser(app_, command);
    entries_.push_back({parser, std::move(command)});
  }
  app_.footer(
      "'simplicit COMMAND --help' tells what a command takes.\n"
      "Exit codes: 0 done, 1 failed while running, 2 wrong usage or bad input,\n"
      "3 done but some rows missed the tolerance, 75 interrupted, run again with --resume.");
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
  for (const Entry& entry : entries_) {
    if (entry.parser->parsed()) return {"", entry.command.run, ExitCode::done, given_flags(*entry.parser)};
  }
  return {app_.help(), {}, ExitCode::bad_input};
}

}  // namespace simplicit::cli
