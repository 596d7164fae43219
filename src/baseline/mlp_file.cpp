#include "baseline/mlp_datasets.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>

namespace simplicit {
namespace {

constexpr auto format_name = "simplicit-baseline";
constexpr std::int64_t format_version = 1;

/// What the attributes say of the network has to agree with the datasets.
void require_consistent(const hdf5::File& file, const Mlp& mlp) {
  const std::int64_t bias = file.integer_attribute("/", "bias");
  if (bias != (mlp.bias() ? 1 : 0)) {
    throw InputError(fmt::format("{}: attribute 'bias' is {}, but dataset 'b0' is {}", file.path(), bias,
                                 mlp.bias() ? "there" : "missing"));
  }
  if (!file.has_attribute("/", "baseline_parameters")) return;
  const std::int64_t parameters = file.integer_attribute("/", "baseline_parameters");
  if (parameters != mlp.parameter_count()) {
    throw InputError(fmt::format("{}: attribute 'baseline_parameters' is {}, the datasets hold {}",
                                 file.path(), parameters, mlp.parameter_count()));
  }
}

}  // namespace

Baseline read_baseline(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  hdf5::require_format(file, format_name, format_version, "; simplicit baseline writes one");
  Baseline baseline;
  baseline.mlp = read_mlp_datasets(file, "", hdf5::activation_of(file));
  require_consistent(file, baseline.mlp);
  const auto has = [&](const char* name) { return file.has_attribute("/", name); };
  if (has("seed")) baseline.seed = file.integer_attribute("/", "seed");
  if (has("epochs")) baseline.epochs = file.integer_attribute("/", "epochs");
  if (has("train_accuracy")) baseline.train_accuracy = file.real_attribute("/", "train_accuracy");
  if (has("test_accuracy")) baseline.test_accuracy = file.real_attribute("/", "test_accuracy");
  baseline.provenance = hdf5::read_provenance(file);
  return baseline;
}

void write_baseline(const Baseline& baseline, const std::string& path) {
  const std::string fault = fault_of(baseline.mlp);
  SIMPLICIT_ASSERT(fault.empty(), fault);
  TemporaryOutput output(path);
  hdf5::File file = hdf5::File::create(output.temporary_path());
  hdf5::write_format(file, format_name, format_version);
  hdf5::set_activation(file, baseline.mlp.activation);
  file.set_attribute("/", "bias", std::int64_t{baseline.mlp.bias()});
  file.set_attribute("/", "baseline_parameters", std::int64_t{baseline.mlp.parameter_count()});
  if (baseline.seed) file.set_attribute("/", "seed", *baseline.seed);
  if (baseline.epochs) file.set_attribute("/", "epochs", *baseline.epochs);
  if (baseline.train_accuracy) file.set_attribute("/", "train_accuracy", *baseline.train_accuracy);
  if (baseline.test_accuracy) file.set_attribute("/", "test_accuracy", *baseline.test_accuracy);
  hdf5::write_provenance(file, baseline.provenance);
  write_mlp_datasets(file, "", baseline.mlp);
  file.close();
  output.commit();
}

Mlp read_baseline_group(const hdf5::File& states) {
  const bool named = states.has_attribute("/", "activation");
  return read_mlp_datasets(states, "baseline/", named ? hdf5::activation_of(states) : Activation::relu);
}

void write_baseline_group(hdf5::File& states, const Mlp& mlp) {
  states.create_group("baseline");
  write_mlp_datasets(states, "baseline/", mlp);
}

}  // namespace simplicit
