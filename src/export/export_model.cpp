#include "export/directory.hpp"
#include "export/npz_file.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/export/export_model.hpp>
#include <simplicit/system/text_file.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <list>

namespace simplicit {
namespace {

struct NamedMatrix {
  const char* name;
  const SparseMatrix& matrix;
};

std::array<NamedMatrix, 4> matrices_of(const ImplicitModel& model) {
  return {{{"A", model.A}, {"B", model.B}, {"C", model.C}, {"D", model.D}}};
}

NpzFile matrix_archive(const SparseMatrix& matrix, const std::string& path) {
  const auto entries = static_cast<std::size_t>(matrix.nonZeros());
  const auto rows = static_cast<std::size_t>(matrix.rows());
  const std::array<std::int64_t, 2> shape{matrix.rows(), matrix.cols()};
  NpzFile file(path);
  file.add("indices", std::span<const std::int32_t>(matrix.innerIndexPtr(), entries), {matrix.nonZeros()});
  file.add("indptr", std::span<const std::int32_t>(matrix.outerIndexPtr(), rows + 1), {matrix.rows() + 1});
  file.add_text("format", "csr");
  file.add("shape", std::span<const std::int64_t>(shape), {2});
  file.add("data", std::span<const double>(matrix.valuePtr(), entries), {matrix.nonZeros()});
  file.finish();
  return file;
}

NpzFile properties_archive(const ImplicitModel& model, const std::string& path) {
  const Vector& scale = model.state_scale;
  NpzFile file(path);
  file.add_text("activation", name_of(model.activation));
  file.add_value("bias", model.bias);
  file.add_value("kappa", model.kappa);
  file.add("state_scale", std::span<const double>(scale.data(), static_cast<std::size_t>(scale.size())),
           {scale.size()});
  file.finish();
  return file;
}

/// One line of a Matrix Market file after the other, so that a large matrix never stands in memory as text.
void write_matrix_market(const ImplicitModel& model, const NamedMatrix& named, TextOutput& file) {
  const SparseMatrix& matrix = named.matrix;
  file.append(
      fmt::format("%%MatrixMarket matrix coordinate real general\n"
                  "% {} of x = phi(A x + B u), y = C x + D u; phi {}, kappa {}{}\n"
                  "{} {} {}\n",
                  named.name, name_of(model.activation), model.kappa,
                  model.bias ? ", the last columns of B and D multiply the constant 1" : "", matrix.rows(),
                  matrix.cols(), matrix.nonZeros()));
  for (Index row = 0; row < matrix.rows(); ++row) {
    for (SparseMatrix::InnerIterator entry(matrix, row); entry; ++entry) {
      file.append(fmt::format("{} {} {}\n", row + 1, entry.col() + 1, entry.value()));
    }
  }
  file.finish();
}

std::vector<std::string> files_in(const std::string& directory, const std::string& suffix) {
  std::vector<std::string> files = matrix_files(suffix);
  for (std::string& file : files) file.insert(0, directory + "/");
  return files;
}

}  // namespace

void make_directory(const std::string& directory) {
  std::error_code fault;
  std::filesystem::create_directories(directory, fault);
  if (!std::filesystem::is_directory(directory)) {
    throw InputError(directory + ": cannot be made a directory" +
                     (fault ? " (" + fault.message() + ")" : ""));
  }
}

std::vector<std::string> matrix_files(const std::string& suffix) {
  std::vector<std::string> files;
  for (const char* name : {"A", "B", "C", "D"}) files.push_back(fmt::format("{}.{}", name, suffix));
  if (suffix == "npz") files.emplace_back("model.npz");
  return files;
}

void write_npz_model(const ImplicitModel& model, const std::string& directory) {
  NpzFile::require_support(directory);
  make_directory(directory);
  const std::vector<std::string> names = files_in(directory, "npz");
  std::vector<NpzFile> files;
  for (const NamedMatrix& named : matrices_of(model)) {
    files.push_back(matrix_archive(named.matrix, names[files.size()]));
  }
  files.push_back(properties_archive(model, names.back()));
  for (NpzFile& file : files) file.commit();
}

void write_matrix_market_model(const ImplicitModel& model, const std::string& directory) {
  make_directory(directory);
  const std::vector<std::string> names = files_in(directory, "mtx");
  std::list<TextOutput> files;
  for (const NamedMatrix& named : matrices_of(model)) {
    const std::string& path = names[files.size()];
    write_matrix_market(model, named, files.emplace_back(path));
  }
  for (TextOutput& file : files) file.commit();
}

}  // namespace simplicit
