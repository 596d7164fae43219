#include "system/last_words.hpp"

#include <algorithm>

namespace simplicit {

void LastWords::set(const std::string& words) {
  const std::size_t other = 1 - current_.load();
  std::array<char, most>& copy = copies_[other];
  const std::size_t length = std::min(words.size(), most - 1);
  std::copy_n(words.begin(), length, copy.begin());
  copy[length] = 0;
  current_.store(other);
}

const char* LastWords::get() const noexcept {
  return copies_[current_.load()].data();
}

}  // namespace simplicit
