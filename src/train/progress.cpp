#include <simplicit/train/progress.hpp>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

namespace simplicit {
namespace {

constexpr double seconds_between_redraws = 0.2;
constexpr double seconds_between_log_lines = 10;

}  // namespace

Progress::Progress(Index rows, double cost)
    : rows_(rows), cost_(cost), terminal_(isatty(STDERR_FILENO) == 1) {}

void Progress::advance(Index rows, double cost) {
  done_ += rows;
  cost_done_ += cost;
  if (terminal_ ? since_last_.seconds() >= seconds_between_redraws
                : since_last_.seconds() >= seconds_between_log_lines && done_ * 10 / rows_ > told_tenths_) {
    told_tenths_ = done_ * 10 / rows_;
    tell();
    since_last_.restart();
  }
}

void Progress::tell() {
  const double elapsed = since_start_.seconds();
  const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
  const double left = cost_done_ > 0 ? elapsed * (cost_ - cost_done_) / cost_done_ : 0;
  const std::string line =
      fmt::format("{} of {} rows solved, {:.0f} rows/s, about {:.0f} s left", done_, rows_, rate, left);
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", line.c_str());
    std::fflush(stderr);
  } else {
    spdlog::info(line);
  }
}

void Progress::finish() {
  if (!terminal_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace simplicit
