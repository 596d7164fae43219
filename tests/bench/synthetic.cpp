// Writes a states file with many more features than samples for data mode: correlated random features,
// targets from a few of them plus noise, seeded.
//
//     bench_synthetic OUT.h5 STATES INPUTS SAMPLES

#include <simplicit/base/random.hpp>
#include <simplicit/hdf5/file.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace simplicit;

namespace {

constexpr Index outputs = 1;
constexpr int true_support = 100;

Matrix normal(Index rows, Index cols, RandomStream& random) {
  Matrix matrix(rows, cols);
  for (Index j = 0; j < cols; ++j) {
    for (Index i = 0; i < rows; ++i) matrix(i, j) = random.normal();
  }
  return matrix;
}

void write(hdf5::File& file, const std::string& name, const Matrix& samples) {
  file.create_dataset(name, {samples.cols(), samples.rows()}, Precision::float32);
  file.write_slab(name, 0, samples.cols(), samples.data());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_synthetic OUT.h5 STATES INPUTS SAMPLES\n");
    return 2;
  }
  const Index states = std::atol(argv[2]);
  const Index inputs = std::atol(argv[3]);
  const Index samples = std::atol(argv[4]);
  RandomStream random(7, 0);
  Matrix U = normal(inputs, samples, random);
  // Neighbouring features are correlated.
  for (Index j = 1; j < inputs; ++j) U.row(j) = 0.7 * U.row(j - 1) + 0.714 * U.row(j);
  Matrix Z = Matrix::Zero(states, samples);
  for (Index i = 0; i < states; ++i) {
    for (int k = 0; k < true_support; ++k) {
      const auto j = static_cast<Index>(random.uniform() * static_cast<double>(inputs));
      Z.row(i) += random.normal() * U.row(std::min(j, inputs - 1));
    }
    for (Index s = 0; s < samples; ++s) Z(i, s) += 0.5 * random.normal();
  }
  hdf5::File file = hdf5::File::create(argv[1]);
  file.set_attribute("/", "format", std::string("simplicit-states"));
  file.set_attribute("/", "format_version", std::int64_t{1});
  write(file, "U", U);
  write(file, "Z", Z);
  write(file, "X", Z.cwiseMax(0.0));
  write(file, "Y", Z.topRows(outputs));
  file.close();
  return 0;
}
