#include <simplicit/base/error.hpp>
#include <simplicit/system/temporary_output.hpp>
#include <simplicit/system/text_file.hpp>

#include <fstream>

namespace simplicit {

void write_text(const std::string& path, const std::string& text) {
  TemporaryOutput output(path);
  std::ofstream file(output.temporary_path(), std::ios::binary);
  file << text;
  file.close();
  if (!file) throw SystemError(path + ": cannot be written");
  output.commit();
}

}  // namespace simplicit
