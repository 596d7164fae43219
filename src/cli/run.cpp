#include "cli/departure.hpp"
#include "cli/logging.hpp"
#include <simplicit/base/failure.hpp>
#include <simplicit/cli/application.hpp>
#include <simplicit/cli/run.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/parallel/session.hpp>
#include <simplicit/system/signals.hpp>

#include <hdf5.h>

#include <cstdio>

namespace simplicit::cli {
namespace {

std::string joined(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) line += (i > 0 ? " " : "") + std::string(argv[i]);
  return line;
}

// What only root says: other ranks' standard output goes nowhere.
void silence_output() {
  [[maybe_unused]] const std::FILE* stream = std::freopen("/dev/null", "w", stdout);
}

ExitCode parse_and_run(int argc, char** argv, Context context) {
  Application application;
  Application::Choice choice;
  agree(context.ranks, [&] { choice = application.parse(argc, argv); });
  context.given = std::move(choice.given);
  if (choice.run) return choice.run(context);
  if (context.ranks.is_root()) {
    std::fputs(choice.text.c_str(), choice.code == ExitCode::done ? stdout : stderr);
  }
  return choice.code;
}

}  // namespace

int run(int argc, char** argv) {
  blas::use_one_thread();  // ranks are the parallelism, and sums in one order are the same bits everywhere
  install_signal_handlers();
  const std::string command_line = joined(argc, argv);
  const Session session(argc, argv);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Context context{Communicator::world(), command_line, {}};
  start_logging(context.ranks.is_root());
  if (!context.ranks.is_root()) silence_output();
  limit_time_to_leave(context.ranks.is_root() ? "nothing is saved" : "");

  Departure departure(context.ranks);
  ExitCode code = ExitCode::done;
  const auto failure = failure_of([&] { code = parse_and_run(argc, argv, context); });
  if (failure) {
    code = failure->code;
    departure.leave(failure->message, static_cast<int>(code));
    limit_time_to_leave("");  // all is said
  }
  return static_cast<int>(code);
}

}  // namespace simplicit::cli
