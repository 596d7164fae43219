#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/robustness/certificates_file.hpp>
#include <simplicit/system/temporary_output.hpp>

namespace simplicit {
namespace {

hdf5::File created(const std::string& path, const char* format, const std::string& provenance) {
  hdf5::File file = hdf5::File::create(path);
  file.set_attribute("/", "format", std::string(format));
  file.set_attribute("/", "format_version", std::int64_t{1});
  file.set_attribute("/", "provenance", provenance);
  return file;
}

}  // namespace

void write_certificates(const RobustTable& table, const std::string& provenance, const std::string& path) {
  TemporaryOutput output(path);
  hdf5::File file = created(output.temporary_path(), "simplicit-certificates", provenance);
  file.write("epsilon", table.epsilons, {std::ssize(table.epsilons)});
  std::vector<std::int32_t> status;
  for (const RobustStatus at : table.status) status.push_back(static_cast<std::int32_t>(at));
  file.create_integer_dataset("status", {table.samples(), std::ssize(table.epsilons)});
  file.write_slab("status", 0, table.samples(), status.data());
  if (!table.radius.empty()) file.write("radius", table.radius, {std::ssize(table.radius)});
  file.close();
  output.commit();
}

void write_counterexamples(const RobustTable& table, const ImplicitModel& model, const StatesHeader& header,
                           const std::string& provenance, const std::string& path) {
  const auto count = std::ssize(table.counterexamples);
  Matrix U(model.inputs(), count);
  std::vector<std::int64_t> samples, labels, classes;
  std::vector<double> epsilons;
  const SampleReader reader(header);
  for (Index k = 0; k < count; ++k) {
    const Counterexample& at = table.counterexamples[static_cast<std::size_t>(k)];
    U.col(k) = at.input;
    samples.push_back(at.sample);
    epsilons.push_back(at.epsilon);
    labels.push_back(
        reader.read(at.sample, 1, {.U = false, .X = false, .Z = false, .Y = false}).labels.front());
  }
  const FixedPoint fixed_point(model, {.tolerance = 1e-12});
  const Matrix Y = fixed_point.outputs(fixed_point.equilibria(U).X, U);
  for (Index k = 0; k < count; ++k) {
    Index decision = 0;
    Y.col(k).maxCoeff(&decision);
    classes.push_back(decision);
    SIMPLICIT_ASSERT(decision != labels[static_cast<std::size_t>(k)],
                     "sample " + std::to_string(samples[static_cast<std::size_t>(k)]));
  }
  TemporaryOutput output(path);
  hdf5::File file = created(output.temporary_path(), "simplicit-counterexamples", provenance);
  file.write("inputs", {U.data(), U.data() + U.size()}, {count, model.inputs()});
  file.write("epsilon", epsilons, {count});
  file.write("samples", samples);
  file.write("labels", labels);
  file.write("classes", classes);
  file.close();
  output.commit();
}

}  // namespace simplicit
