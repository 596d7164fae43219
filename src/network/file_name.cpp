#include <simplicit/network/onnx_file.hpp>

#include <filesystem>

namespace simplicit {

bool is_onnx_name(const std::string& path) {
  return std::filesystem::path(path).extension() == ".onnx";
}

}  // namespace simplicit
