#include "report/gnuplot.hpp"

#include "report/no_new_processes.hpp"
#include <simplicit/base/printable.hpp>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace simplicit::report {
namespace {

constexpr int exit_not_found = 127;  ///< as a shell says it
constexpr int exit_no_directory = 126;

/// Becomes gnuplot; only calls that are safe between fork and exec.
[[noreturn]] void become_gnuplot(const char* directory, char* script) {
  std::array<char, 8> program{"gnuplot"};
  std::array<char, 3> no_user_settings{"-d"};
  const std::array<char*, 4> arguments{program.data(), no_user_settings.data(), script, nullptr};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  if (::chdir(directory) != 0) ::_exit(exit_no_directory);
  forbid_new_processes();
  ::execvp(program.data(), arguments.data());
  ::_exit(exit_not_found);
}

}  // namespace

std::string title_line(const std::string& text) {
  std::string line = "\"";
  for (const char c : printable(text)) {
    if (c == '"') {
      line += '\'';
    } else if (c == '\\') {
      line += "\\\\";
    } else {
      line += c;
    }
  }
  return line + "\"\n";
}

std::optional<std::string> run_gnuplot(const std::string& directory, const std::string& script) {
  std::string script_name = script;
  const pid_t process = ::fork();
  if (process == 0) become_gnuplot(directory.c_str(), script_name.data());
  if (process < 0) return "gnuplot could not be started";
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == exit_not_found) return "gnuplot is not on the PATH";
  if (WIFEXITED(status) && WEXITSTATUS(status) == exit_no_directory) return directory + " cannot be entered";
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return "gnuplot failed (it needs its pngcairo terminal)";
  return std::nullopt;
}

}  // namespace simplicit::report
