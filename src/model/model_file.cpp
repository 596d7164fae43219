#include "model/csr_group.hpp"
#include "model/rows_group.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr const char* model_format = "simplicit-model";
constexpr std::int64_t model_version = 1;

[[noreturn]] void refuse_model(const hdf5::File& file, const std::string& fault) {
  throw InputError(file.path() + ": " + fault);
}

std::string shape_of(const SparseMatrix& matrix) {
  return std::to_string(matrix.rows()) + " x " + std::to_string(matrix.cols());
}

void require_model_format(const hdf5::File& file) {
  if (!file.has_attribute("/", "format")) {
    refuse_model(file, file.has("U") ? "looks like a states file, a model is expected"
                                     : "has no attribute 'format', a model is expected");
  }
  const std::string found = file.text_attribute("/", "format");
  const std::string family = "simplicit-";
  if (found != model_format && found.starts_with(family)) {
    refuse_model(file, "is a " + found.substr(family.size()) + " file, a model is expected");
  }
  if (found != model_format) refuse_model(file, "has format '" + found + "', a model is expected");
  hdf5::require_version(file, model_version);
}

std::optional<Index> read_count(const hdf5::File& file, const std::string& name) {
  if (!file.has_attribute("/", name)) return std::nullopt;
  const std::int64_t count = file.integer_attribute("/", name);
  if (count < 1) refuse_model(file, "attribute '" + name + "' is not positive");
  return count;
}

void read_attributes(const hdf5::File& file, ImplicitModel& model) {
  try {
    model.activation = hdf5::activation_of(file);
  } catch (const InputError& error) {
    const std::string what = error.what();
    if (what.starts_with(file.path())) throw;
    refuse_model(file, what);
  }
  const std::int64_t bias = file.integer_attribute("/", "bias");
  if (bias != 0 && bias != 1)
    refuse_model(file, "attribute 'bias' is " + std::to_string(bias) + ", not 0 or 1");
  model.bias = bias == 1;
  model.kappa = file.real_attribute("/", "kappa");
  if (!(model.kappa > 0 && model.kappa < 1))
    refuse_model(file, "attribute 'kappa' does not lie between 0 and 1");
  model.baseline_parameters = read_count(file, "baseline_parameters");
  model.baseline_connections = read_count(file, "baseline_connections");
  model.provenance = hdf5::read_provenance(file);
}

void require_matching_shapes(const hdf5::File& file, const ImplicitModel& model) {
  const Index least_inputs = model.bias ? 2 : 1;
  const auto shapes = "A is " + shape_of(model.A) + ", B " + shape_of(model.B) + ", C " + shape_of(model.C) +
                      ", D " + shape_of(model.D);
  if (model.A.rows() != model.A.cols()) refuse_model(file, "A is not square: " + shapes);
  if (model.B.rows() != model.A.rows() || model.C.cols() != model.A.cols() ||
      model.D.rows() != model.C.rows() || model.D.cols() != model.B.cols()) {
    refuse_model(file, "the matrices do not fit each other: " + shapes);
  }
  if (model.B.cols() < least_inputs) refuse_model(file, "there is no input: " + shapes);
}

void require_inside_ball(const hdf5::File& file, const ImplicitModel& model) {
  const double norm = model.norm_a_inf();
  if (!(norm <= model.kappa * (1 + 1e-9))) {
    refuse_model(file, "the infinity norm of A is " + std::to_string(norm) +
                           ", above kappa = " + std::to_string(model.kappa));
  }
}

Vector read_state_scale(const hdf5::File& file, Index states) {
  require_list(file, "state_scale", hdf5::Kind::floating, states);
  const std::vector<double> scale = file.read_doubles("state_scale");
  if (!std::ranges::all_of(scale, [](double factor) { return factor > 0 && std::isfinite(factor); })) {
    refuse_model(file, "'state_scale' has a factor that is not positive and finite");
  }
  return Eigen::Map<const Vector>(scale.data(), states);
}

void write_attributes(hdf5::File& file, const ImplicitModel& model) {
  hdf5::write_format(file, model_format, model_version);
  hdf5::set_activation(file, model.activation);
  file.set_attribute("/", "bias", std::int64_t{model.bias});
  file.set_attribute("/", "kappa", model.kappa);
  if (model.baseline_parameters) {
    file.set_attribute("/", "baseline_parameters", std::int64_t{*model.baseline_parameters});
  }
  if (model.baseline_connections) {
    file.set_attribute("/", "baseline_connections", std::int64_t{*model.baseline_connections});
  }
  hdf5::write_provenance(file, model.provenance);
}

}  // namespace

ImplicitModel read_model(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  require_model_format(file);
  ImplicitModel model;
  read_attributes(file, model);
  model.A = read_csr_group(file, "A");
  model.B = read_csr_group(file, "B");
  model.C = read_csr_group(file, "C");
  model.D = read_csr_group(file, "D");
  require_matching_shapes(file, model);
  require_inside_ball(file, model);
  model.state_scale = read_state_scale(file, model.states());
  model.rows = read_rows(file, "rows", model.states() + model.outputs());
  return model;
}

void write_model(const ImplicitModel& model, const std::string& path) {
  write_model(model, {}, path);
}

void write_model(const ImplicitModel& model, const InputNormalization& normalization,
                 const std::string& path) {
  TemporaryOutput output(path);
  hdf5::File file = hdf5::File::create(output.temporary_path());
  write_attributes(file, model);
  write_csr_group(file, "A", model.A);
  write_csr_group(file, "B", model.B);
  write_csr_group(file, "C", model.C);
  write_csr_group(file, "D", model.D);
  file.write("state_scale", std::vector<double>(model.state_scale.begin(), model.state_scale.end()),
             {model.states()});
  write_rows(file, "rows", model.rows, model.states() + model.outputs());
  write_input_normalization(file, normalization);
  file.close();
  output.commit();
}

}  // namespace simplicit
