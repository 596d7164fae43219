#include <simplicit/base/progress_line.hpp>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

namespace simplicit {
namespace {

constexpr double seconds_between_redraws = 0.2;
constexpr double seconds_before_first_log_line = 2;
constexpr double seconds_between_log_lines = 10;
constexpr double longest_silence = 300;

int tenths(double done) {
  return static_cast<int>(10 * done);
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

bool ProgressLine::is_due(double done) const {
  if (terminal_) return since_last_.seconds() >= seconds_between_redraws;
  const double silent = since_last_.seconds();
  if (told_tenths_ < 0) return silent >= seconds_before_first_log_line;
  return silent >= longest_silence || (silent >= seconds_between_log_lines && tenths(done) > told_tenths_);
}

void ProgressLine::tell(double done, const std::string& line) {
  told_tenths_ = tenths(done);
  since_last_.restart();
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", line.c_str());
    std::fflush(stderr);
  } else {
    spdlog::info(line);
  }
}

void ProgressLine::finish() {
  if (!terminal_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace simplicit
