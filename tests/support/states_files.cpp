#include <support/states_files.hpp>

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace simplicit::test {

Matrix random_matrix(Index rows, Index cols, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  return Matrix::NullaryExpr(rows, cols,
                             [&] { return static_cast<double>(static_cast<float>(normal(engine))); });
}

StatesFileContent random_states(const StatesShape& shape, unsigned seed, Precision precision, bool bias) {
  StatesFileContent content;
  content.U = random_matrix(shape.inputs, shape.samples, seed);
  content.Z = random_matrix(shape.states, shape.samples, seed + 1);
  content.Y = random_matrix(shape.outputs, shape.samples, seed + 2);
  content.X = content.Z;
  apply_in_place(Activation::relu, content.X);
  content.precision = precision;
  content.bias = bias;
  content.baseline_parameters = (shape.inputs + shape.outputs) * shape.states;
  for (Index sample = 0; sample < shape.samples; ++sample) content.labels.push_back(sample % shape.outputs);
  return content;
}

void write_samples(hdf5::File& file, const std::string& name, const Matrix& matrix, Precision precision) {
  file.create_dataset(name, {matrix.cols(), matrix.rows()}, precision);
  file.write_slab(name, 0, matrix.cols(), matrix.data());
}

void write_states_file(const std::string& path, const StatesFileContent& content) {
  hdf5::File file = hdf5::File::create(path);
  if (content.with_format) {
    file.set_attribute("/", "format", std::string("simplicit-states"));
    file.set_attribute("/", "format_version", std::int64_t{1});
  }
  if (content.activation) file.set_attribute("/", "activation", name_of(*content.activation));
  if (content.bias) file.set_attribute("/", "bias", std::int64_t{*content.bias});
  if (content.baseline_parameters) {
    file.set_attribute("/", "baseline_parameters", std::int64_t{*content.baseline_parameters});
  }
  write_samples(file, "U", content.U, content.precision);
  write_samples(file, "X", content.X, content.precision);
  write_samples(file, "Z", content.Z, content.precision);
  write_samples(file, "Y", content.Y, content.precision);
  if (!content.labels.empty()) file.write("labels", content.labels);
  if (!content.layer_sizes.empty()) file.write("layer_sizes", content.layer_sizes);
  if (!content.state_scale.empty()) {
    file.write("state_scale", content.state_scale, {static_cast<Index>(content.state_scale.size())});
  }
  file.close();
}

}  // namespace simplicit::test
