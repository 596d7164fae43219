#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/infer/predict.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>
#include <limits>

using namespace simplicit;
using namespace simplicit::test;

namespace {

void write_inputs(const std::string& path, const Matrix& U, Precision precision) {
  hdf5::File file = hdf5::File::create(path);
  write_samples(file, "U", U, precision);
  file.close();
}

Matrix read_outputs(const std::string& path, Index outputs, Index samples) {
  const hdf5::File file = hdf5::File::open(path);
  CHECK(file.text_attribute("/", "format") == "simplicit-outputs");
  CHECK(file.integer_attribute("/", "format_version") == 1);
  REQUIRE(file.dataset("Y").shape == std::vector<Index>{samples, outputs});
  const std::vector<double> values = file.read_doubles("Y");
  return Eigen::Map<const Matrix>(values.data(), outputs, samples);
}

}  // namespace

TEST_CASE("Predictions are bit for bit those of one process, with uneven and empty shares") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.bias = true}, 1);
  for (const Index samples : {1, 256, 257, 700, 9000}) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      Matrix U = random_matrix(model.inputs(), samples, 2);
      if (precision == Precision::float32) U = U.cast<float>().cast<double>();
      on_root(ranks, [&] { write_inputs(directory / "inputs.h5", U, precision); });
      const Prediction prediction =
          predict(ranks, model, directory / "inputs.h5", directory / "outputs.h5", {.tolerance = 1e-9});
      const FixedPointEvidence& reached = prediction.evidence;
      FixedPointEvidence alone;
      const FixedPoint fixed_point(model, {.tolerance = 1e-9});
      const Matrix expected = fixed_point.outputs(fixed_point.solve(U, alone), U);
      INFO("samples " << samples << ", ranks " << ranks.size());
      CHECK(read_outputs(directory / "outputs.h5", model.outputs(), samples) == expected);
      CHECK(reached.iterations == alone.iterations);
      CHECK(reached.residual == alone.residual);
      CHECK(reached.error_bound == alone.error_bound);
      CHECK(reached.converged);
      CHECK(prediction.samples == samples);
      CHECK(prediction.seconds.inference > 0);
      ranks.barrier();
    }
  }
}

TEST_CASE("Bad inputs are refused by all ranks, and nothing is left under the final name") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({}, 1);
  const std::string inputs = directory / "inputs.h5";
  const auto require_refused = [&](const std::string& message) {
    try {
      predict(ranks, model, inputs, directory / "outputs.h5", {});
      FAIL("was not refused");
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::bad_input);
      CHECK_THAT(error.what(), Catch::Contains(message));
    }
    ranks.barrier();
    CHECK_FALSE(std::filesystem::exists(directory / "outputs.h5"));
    ranks.barrier();
  };
  require_refused("inputs.h5");  // is not there
  Matrix U = random_matrix(model.inputs() + 1, 600, 2);
  on_root(ranks, [&] { write_inputs(inputs, U, Precision::float64); });
  require_refused("has 8 inputs a sample, the model has 7");
  U = random_matrix(model.inputs(), 600, 2);
  U(2, 599) = std::numeric_limits<double>::quiet_NaN();
  on_root(ranks, [&] { write_inputs(inputs, U, Precision::float64); });
  require_refused("not finite at sample 599, entry 2");
  on_root(ranks, [&] {
    hdf5::File file = hdf5::File::create(inputs);
    file.write("U", std::vector<double>(7, 1.0), {7});
    file.close();
  });
  require_refused("has 1 dimensions");
  on_root(ranks, [&] { hdf5::File::create(inputs).close(); });
  require_refused("U");
  on_root(ranks, [&] { write_model(model, inputs); });
  require_refused("is a model file");
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}
