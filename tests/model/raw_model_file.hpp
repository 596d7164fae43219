#pragma once

#include <simplicit/hdf5/file.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace simplicit::test {

/// One CSR group as its parts, so that a test can spoil any of them.
struct RawCsr {
  std::string encoding = "csr_matrix";
  std::vector<std::int64_t> shape;
  std::vector<double> data;
  std::vector<std::int32_t> indices;
  std::vector<std::int64_t> indptr;

  RawCsr() = default;
  explicit RawCsr(const SparseMatrix& matrix)
      : shape{matrix.rows(), matrix.cols()},
        data(matrix.valuePtr(), matrix.valuePtr() + matrix.nonZeros()),
        indices(matrix.innerIndexPtr(), matrix.innerIndexPtr() + matrix.nonZeros()),
        indptr(matrix.outerIndexPtr(), matrix.outerIndexPtr() + matrix.rows() + 1) {}
};

/// A model file as its parts; absent optionals are not written.
struct RawModelFile {
  std::optional<std::string> format = "simplicit-model";
  std::int64_t format_version = 1;
  std::string activation = "relu";
  std::int64_t bias = 0;
  double kappa = 0.95;
  std::optional<std::int64_t> baseline_parameters;
  std::string provenance = "{}";
  std::map<std::string, RawCsr> matrices;
  std::vector<double> state_scale;
  std::map<std::string, std::vector<double>> row_reals;
  std::map<std::string, std::vector<std::int64_t>> row_counts;

  explicit RawModelFile(const ImplicitModel& model) : bias(model.bias), kappa(model.kappa) {
    matrices.emplace("A", model.A);
    matrices.emplace("B", model.B);
    matrices.emplace("C", model.C);
    matrices.emplace("D", model.D);
    state_scale.assign(model.state_scale.begin(), model.state_scale.end());
    row_reals = {{"primal", model.rows.primal},
                 {"dual", model.rows.dual},
                 {"relative_gap", model.rows.relative_gap},
                 {"seconds", model.rows.seconds}};
    row_counts = {{"status", model.rows.status},
                  {"iterations", model.rows.iterations},
                  {"nonzeros", model.rows.nonzeros}};
  }

  void write(const std::string& path) const {
    hdf5::File file = hdf5::File::create(path);
    if (format) file.set_attribute("/", "format", *format);
    file.set_attribute("/", "format_version", format_version);
    file.set_attribute("/", "activation", activation);
    file.set_attribute("/", "bias", bias);
    file.set_attribute("/", "kappa", kappa);
    if (baseline_parameters) file.set_attribute("/", "baseline_parameters", *baseline_parameters);
    file.set_attribute("/", "provenance", provenance);
    for (const auto& [name, csr] : matrices) {
      file.create_group(name);
      file.set_attribute(name, "encoding-type", csr.encoding);
      file.set_attribute(name, "shape", csr.shape);
      file.write(name + "/data", csr.data, {std::ssize(csr.data)});
      file.write(name + "/indices", csr.indices);
      file.write(name + "/indptr", csr.indptr);
    }
    file.write("state_scale", state_scale, {std::ssize(state_scale)});
    file.create_group("rows");
    for (const auto& [name, values] : row_reals) file.write("rows/" + name, values, {std::ssize(values)});
    for (const auto& [name, values] : row_counts) file.write("rows/" + name, values);
    file.close();
  }
};

}  // namespace simplicit::test
