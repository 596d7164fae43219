#include "cli/departure.hpp"
#include "cli/logging.hpp"
#include <simplicit/base/failure.hpp>
#include <simplicit/cli/application.hpp>
#include <simplicit/cli/run.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/parallel/session.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/standard_streams.hpp>

#include <hdf5.h>

#include <cstdio>
#include <cstdlib>

namespace simplicit::cli {
namespace {

constexpr double seconds_to_end_the_session = 10;
constexpr double seconds_to_leave_libraries = 3;
// Of every command but those that say more (train, path).
constexpr const char* nothing_done = "nothing was written, run the same command again";

std::string joined(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) line += (i > 0 ? " " : "") + std::string(argv[i]);
  return line;
}

// What only root says: other ranks' standard output goes nowhere.
void silence_output() {
  [[maybe_unused]] const std::FILE* stream = std::freopen("/dev/null", "w", stdout);
}

// Before MPI tells the rank: what launchers say of it. A process without a launcher is the only one.
bool is_first_of_its_launcher() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    const char* const rank = std::getenv(name);
    if (rank != nullptr) return std::string(rank) == "0";
  }
  return true;
}

ExitCode parse_and_run(int argc, char** argv, Context context) {
  Application application;
  Application::Choice choice;
  agree(context.ranks, [&] { choice = application.parse(argc, argv); });
  context.given = std::move(choice.given);
  if (choice.run) {
    choice.code = choice.run(context);
  } else if (context.ranks.is_root()) {
    std::fputs(choice.text.c_str(), choice.code == ExitCode::done ? stdout : stderr);
  }
  on_root(context.ranks, require_printed);
  return choice.code;
}

// Commands that keep part of their work say so themselves.
std::string told(const Failure& failure) {
  if (failure.code != ExitCode::interrupted || failure.message.starts_with("interrupted by ")) {
    return failure.message;
  }
  return "interrupted by " + name_of(interruption_requested()) + ": " + nothing_done;
}

int run_in_session(int argc, char** argv) {
  blas::use_one_thread();  // ranks are the parallelism, and sums in one order are the same bits everywhere
  open_standard_streams();
  install_signal_handlers();
  limit_time_to_leave(is_first_of_its_launcher() ? nothing_done : "");
  const std::string command_line = joined(argc, argv);
  const Session session(argc, argv);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Context context{Communicator::world(), command_line, {}};
  start_logging(context.ranks.is_root());
  if (!context.ranks.is_root()) silence_output();
  limit_time_to_leave(context.ranks.is_root() ? nothing_done : "");

  Departure departure(context.ranks);
  ExitCode code = ExitCode::done;
  const auto failure = failure_of([&] { code = parse_and_run(argc, argv, context); });
  if (failure) {
    code = failure->code;
    departure.leave(told(*failure), static_cast<int>(code));
    limit_time_to_leave("");  // all is said
    // The end of the session may wait for ranks that never come.
    limit_time_to_exit(seconds_to_end_the_session, static_cast<int>(code));
  }
  return static_cast<int>(code);
}

}  // namespace

int run(int argc, char** argv) {
  int code = static_cast<int>(ExitCode::failed);
  const auto failure = failure_of([&] { code = run_in_session(argc, argv); });
  if (!failure) {
    limit_time_to_leave("");  // all is said
    limit_time_to_exit(seconds_to_leave_libraries, code);
    return code;
  }
  std::fprintf(stderr, "simplicit: %s\n", failure->message.c_str());  // there was no session yet
  return static_cast<int>(failure->code);
}

}  // namespace simplicit::cli
