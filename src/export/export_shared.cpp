#include "export/directory.hpp"
#include "export/npz_file.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/export/export_shared.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace simplicit {
namespace {

/// NumPy's texts are written in ASCII.
std::string ascii(std::string text) {
  constexpr unsigned char last = 126;
  for (char& letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < ' ' || code > last) letter = '?';
  }
  return text;
}

void add_integers(NpzFile& file, const std::string& name, const std::vector<std::int64_t>& numbers) {
  file.add(name, std::span<const std::int64_t>(numbers), {std::ssize(numbers)});
}

NpzFile kernel_archive(const WeightedOperator& op, const OperatorWeights& weights, const std::string& path) {
  const SparseMatrix& W = weights.W;
  const auto entries = static_cast<std::size_t>(W.nonZeros());
  NpzFile file(path);
  file.add("indices", std::span<const std::int32_t>(W.innerIndexPtr(), entries), {W.nonZeros()});
  file.add("indptr", std::span<const std::int32_t>(W.outerIndexPtr(), static_cast<std::size_t>(W.rows()) + 1),
           {W.rows() + 1});
  file.add_text("format", "csr");
  add_integers(file, "shape", {W.rows(), W.cols()});
  file.add("data", std::span<const double>(W.valuePtr(), entries), {W.nonZeros()});
  const Window& window = op.window;
  file.add_text("name", ascii(op.name));
  file.add("bias",
           std::span<const double>(weights.bias.data(), static_cast<std::size_t>(weights.bias.size())),
           {weights.bias.size()});
  file.add_value("dense", op.dense);
  file.add_value("groups", std::int64_t{op.groups});
  add_integers(file, "kernel_shape", {window.size[0], window.size[1]});
  add_integers(file, "strides", {window.stride[0], window.stride[1]});
  add_integers(file, "dilations", {window.dilation[0], window.dilation[1]});
  add_integers(file, "pads", {window.before[0], window.before[1], window.after[0], window.after[1]});
  file.finish();
  return file;
}

}  // namespace

std::vector<std::string> kernel_files(const SharedModel& model) {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < model.network.operators.size(); ++i) {
    files.push_back(fmt::format("{:03}.npz", i));
  }
  return files;
}

void write_npz_kernels(const SharedModel& model, const std::string& directory) {
  NpzFile::require_support(directory);
  make_directory(directory);
  const std::vector<std::string> names = kernel_files(model);
  std::vector<NpzFile> files;
  for (std::size_t i = 0; i < names.size(); ++i) {
    files.push_back(
        kernel_archive(model.network.operators[i], model.network.weights[i], directory + "/" + names[i]));
  }
  for (NpzFile& file : files) file.commit();
}

void write_onnx_network(const SharedModel& model, const std::string& path) {
  if (model.network.onnx.find(sparse_map_layer) != std::string::npos) {
    throw InputError(path +
                     ": not written: OpenCV could not run the network as it came, and what stands for it has "
                     "operators that only this program knows; --format npz has the kernels");
  }
  TemporaryOutput output(path);
  std::ofstream file(output.temporary_path(), std::ios::binary);
  file.write(model.network.onnx.data(), std::ssize(model.network.onnx));
  file.close();
  if (!file) throw SystemError(path + ": cannot be written");
  output.commit();
}

}  // namespace simplicit
