#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/hdf5/text_file.hpp>

#include <fstream>

namespace simplicit::hdf5 {

void write_text(const std::string& path, const std::string& text) {
  TemporaryOutput output(path);
  std::ofstream file(output.temporary_path(), std::ios::binary);
  file << text;
  file.close();
  if (!file) throw SystemError(path + ": cannot be written");
  output.commit();
}

}  // namespace simplicit::hdf5
