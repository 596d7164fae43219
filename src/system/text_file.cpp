#include <simplicit/base/error.hpp>
#include <simplicit/system/text_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace simplicit {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 16;

[[noreturn]] void fail(const std::string& path) {
  throw SystemError(path + ": cannot be written: " + std::strerror(errno));
}

}  // namespace

TextOutput::TextOutput(const std::string& path) : path_(path), output_(path) {
  descriptor_ = ::open(output_.temporary_path().c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor_ < 0) fail(path_);
}

TextOutput::~TextOutput() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void TextOutput::append(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= buffer_bytes) write_buffer();
}

void TextOutput::write_buffer() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void TextOutput::finish() {
  if (descriptor_ < 0) return;
  write_buffer();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail(path_);
}

void TextOutput::commit() {
  finish();
  output_.commit();
}

void write_text(const std::string& path, std::string_view text) {
  TextOutput output(path);
  output.append(text);
  output.commit();
}

}  // namespace simplicit
