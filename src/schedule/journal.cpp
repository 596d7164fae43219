#include "schedule/journal_record.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/schedule/journal.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace simplicit {
namespace {

constexpr double seconds_between_syncs = 1;
// The ranks of a run that was killed may live on for a moment.
constexpr double seconds_to_wait_for_lock = 5;

std::string system_words() {
  return std::strerror(errno);
}

int opened(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) throw InputError(path + ": cannot be opened: " + system_words());
  return descriptor;
}

/// False, with errno set, when not all of it could be written.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string read_all(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) throw InputError(path + ": cannot be read: " + system_words());
  if (!S_ISREG(status.st_mode)) throw InputError(path + ": is not a regular file");
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t count =
        ::pread(descriptor, bytes.data() + read, bytes.size() - read, static_cast<off_t>(read));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      throw InputError(path + ": cannot be read: " + (count < 0 ? system_words() : "it shrinks"));
    read += static_cast<std::size_t>(count);
  }
  return bytes;
}

[[noreturn]] void refuse_damage(const std::string& path, std::size_t record) {
  const std::string what = record == 0 ? "its header" : "record " + std::to_string(record);
  throw InputError(path + ": the journal is damaged: " + what +
                   " does not match its checksum; remove the file to start afresh");
}

}  // namespace

Journal::Journal(const std::string& path, const std::string& header) : path_(path) {
  if (std::filesystem::exists(path)) throw InputError(path + ": exists already");
  const FramedRecord record = framed(header, 0);
  TemporaryOutput output(path);
  const int temporary = opened(output.temporary_path(), O_WRONLY);
  const bool written = write_all(temporary, journal_first_line) && write_all(temporary, record.bytes);
  const int error = errno;
  if (::close(temporary) != 0 || !written) {
    throw SystemError(path + ": cannot be written: " + std::strerror(written ? errno : error));
  }
  output.commit();
  descriptor_ = opened(path, O_WRONLY | O_APPEND);
  bytes_ = journal_first_line.size() + record.bytes.size();
  last_check_ = record.check;
  lock();
}

Journal::Journal(const std::string& path, JournalContent& content)
    : path_(path), descriptor_(opened(path, O_RDWR | O_APPEND)) {
  try {
    lock();
    read(content);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(other.bytes_),
      last_check_(other.last_check_),
      since_sync_(other.since_sync_) {}

Journal::~Journal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Journal::lock() {
  const Timer waited;
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return;  // a file system without locks
    if (waited.seconds() > seconds_to_wait_for_lock) {
      throw InputError(path_ + ": the journal is in use by another process");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Journal::read(JournalContent& content) {
  content = {};
  const std::string file = read_all(descriptor_, path_);
  const bool ours = std::string_view(file).substr(0, journal_first_line.size()) == journal_first_line;
  if (!ours) throw InputError(path_ + ": is not a simplicit journal of this version");
  bytes_ = journal_first_line.size();
  for (std::size_t count = 0; bytes_ < file.size(); ++count) {
    const RecordReading record = read_record(std::string_view(file).substr(bytes_), last_check_);
    if (record.kind == RecordReading::Kind::damaged) refuse_damage(path_, count);
    if (record.kind == RecordReading::Kind::torn) break;
    if (count == 0) {
      content.header = record.payload;
    } else {
      content.records.emplace_back(record.payload);
    }
    bytes_ += record.bytes;
    last_check_ = record.check;
  }
  if (bytes_ == journal_first_line.size()) {
    throw InputError(path_ + ": the journal has no whole header; remove the file to start afresh");
  }
  content.torn_bytes = file.size() - bytes_;
  if (content.torn_bytes > 0 && ::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
    throw InputError(path_ + ": its incomplete end cannot be cut off: " + system_words());
  }
}

void Journal::append(const std::string& payload) {
  const FramedRecord record = framed(payload, last_check_);
  if (!write_all(descriptor_, record.bytes)) {
    const std::string words = system_words();
    [[maybe_unused]] const int cut = ::ftruncate(descriptor_, static_cast<off_t>(bytes_));
    throw SystemError(path_ + ": a record cannot be written: " + words);
  }
  bytes_ += record.bytes.size();
  last_check_ = record.check;
  if (since_sync_.seconds() >= seconds_between_syncs) synchronise();
}

void Journal::synchronise() {
  if (::fdatasync(descriptor_) != 0) {
    throw SystemError(path_ + ": cannot be written to disk: " + system_words());
  }
  since_sync_.restart();
}

}  // namespace simplicit
