#include "report/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

namespace simplicit::report {
namespace {

// Starts gnuplot with its standard streams closed to us; the process id, or -1 when it cannot be started.
pid_t spawn_gnuplot(std::string change_directory, std::string script) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  }
  std::string program = "gnuplot", flag = "-e";
  std::array<char*, 5> arguments{program.data(), flag.data(), change_directory.data(), script.data(),
                                 nullptr};
  pid_t process = -1;
  const int fault = posix_spawnp(&process, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return fault == 0 ? process : -1;
}

}  // namespace

std::string gnuplot_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::optional<std::string> run_gnuplot(const std::string& directory, const std::string& script) {
  const std::filesystem::path place = std::filesystem::absolute(directory);
  const pid_t process = spawn_gnuplot("cd " + gnuplot_quoted(place.string()), (place / script).string());
  if (process < 0) return "gnuplot is not on the PATH";
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return "gnuplot is not on the PATH";
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return "gnuplot failed (it needs its pngcairo terminal)";
  return std::nullopt;
}

}  // namespace simplicit::report
