#include <simplicit/hdf5/signature.hpp>

#include <array>
#include <filesystem>
#include <fstream>

namespace simplicit::hdf5 {

bool has_signature(const std::string& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::error_code fault;
  if (!std::filesystem::is_regular_file(path, fault)) return false;
  std::array<char, 8> begin{};
  std::ifstream(path, std::ios::binary).read(begin.data(), begin.size());
  return begin == signature;
}

}  // namespace simplicit::hdf5
