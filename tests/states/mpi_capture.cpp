#include "states/state_scale.hpp"
#include "support/same_bits.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/states/capture.hpp>
#include <simplicit/states/implicit_form.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

#include <cstring>
#include <filesystem>

using namespace simplicit;
using namespace simplicit::test;
using hdf5::File;

namespace {

constexpr Index p = 12;
constexpr Index q = 4;

CaptureSettings settings_with(Precision precision) {
  CaptureSettings settings;
  settings.kappa = 0.9;
  settings.precision = precision;
  settings.provenance = {{"command_line", "test"}};
  return settings;
}

CaptureSummary capture_all(const Communicator& ranks, const Mlp& mlp, const LabelledImages& data,
                           Precision precision, const std::string& path) {
  const SampleShare part = distribute(ranks, ranks.is_root() ? data : LabelledImages{}, capture_block);
  return capture(ranks, mlp, part, settings_with(precision), path);
}

/// Samples are columns.
Matrix read_samples(const File& file, const std::string& name) {
  const std::vector<Index> shape = file.dataset(name).shape;
  const std::vector<double> values = file.read_doubles(name);
  return Eigen::Map<const Matrix>(values.data(), shape[1], shape[0]);
}

/// The largest difference entry by entry, in units of the largest entry.
double relative_difference(const Matrix& a, const Matrix& b) {
  return (a - b).cwiseAbs().maxCoeff() / (1 + b.cwiseAbs().maxCoeff());
}

}  // namespace

TEST_CASE("the datasets are those of one rank, bit for bit") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  const Mlp mlp = random_mlp({p, 9, 5, q}, true, Activation::relu, 1, 4);
  // Fewer samples than a block, less than one block a rank, short last blocks, several rounds a rank.
  for (const Index samples : {1, 255, 256, 300, 1025, 4500}) {
    const LabelledImages data = random_images(samples, p, q, 2);
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      const CaptureSummary summary = capture_all(world, mlp, data, precision, directory / "all.h5");
      if (!world.is_root()) continue;
      const CaptureSummary alone =
          capture_all(Communicator::self(), mlp, data, precision, directory / "one.h5");
      CAPTURE(samples, world.size());
      CHECK(summary.baseline_accuracy == alone.baseline_accuracy);
      CHECK(summary.samples == samples);
      const File all = File::open(directory / "all.h5");
      const File one = File::open(directory / "one.h5");
      CHECK(all.names_in("/") == one.names_in("/"));
      for (const std::string name :
           {"U", "X", "Z", "Y", "labels", "layer_sizes", "state_scale", "baseline/W0", "baseline/W1",
            "baseline/W2", "baseline/b0", "baseline/b1", "baseline/b2"}) {
        CAPTURE(name);
        CHECK(all.dataset(name).shape == one.dataset(name).shape);
        CHECK(same_bits(all.read_doubles(name), one.read_doubles(name)));
      }
    }
  }
}

TEST_CASE("Z = A X + B U and Y = C X + D U hold with the exact implicit form") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  for (const bool bias : {false, true}) {
    for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::tanh}) {
      for (const Precision precision : {Precision::float32, Precision::float64}) {
        const Mlp mlp = random_mlp({p, 9, 7, 5, q}, bias, activation, 3, 4);
        const LabelledImages data = random_images(700, p, q, 4);
        (void)capture_all(world, mlp, data, precision, directory / "states.h5");
        if (!world.is_root()) continue;
        const File file = File::open(directory / "states.h5");
        const ImplicitForm form = exact_implicit_form(mlp, layer_factors(mlp, 0.9));
        Matrix U(form.B.cols(), 700);
        U.topRows(p) = read_samples(file, "U");
        if (bias) U.row(p).setOnes();
        const Matrix X = read_samples(file, "X");
        const Matrix Z = read_samples(file, "Z");
        const double tolerance = precision == Precision::float32 ? 1e-6 : 1e-14;
        CAPTURE(bias, name_of(activation), tolerance);
        CHECK(relative_difference(form.A * X + form.B * U, Z) <= tolerance);
        CHECK(relative_difference(form.C * X + form.D * U, read_samples(file, "Y")) <= tolerance);
        Matrix activated = Z;
        apply_in_place(activation, activated);
        CHECK(relative_difference(activated, X) <= tolerance);
        CHECK(relative_difference(U.topRows(p), inputs_of(data.images, 0, 700)) <= tolerance);
      }
    }
  }
}

TEST_CASE("a sample's numbers do not depend on how many follow it") {
  // Narrower products take other BLAS kernels, which is why a short last block is padded.
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  constexpr Index many = 300;
  const LabelledImages data = random_images(many, 200, q, 5);
  const Mlp mlp = random_mlp({200, 37, 21, q}, false, Activation::relu, 6, 4);
  (void)capture_all(world, mlp, data, Precision::float64, directory / "many.h5");
  for (const Index few : {1, 3, 130}) {
    LabelledImages first = data;
    first.images.samples = few;
    first.images.pixels.resize(static_cast<std::size_t>(few * 200));
    first.labels.resize(static_cast<std::size_t>(few));
    (void)capture_all(world, mlp, first, Precision::float64, directory / "few.h5");
    if (!world.is_root()) continue;
    const File all = File::open(directory / "many.h5");
    const File part = File::open(directory / "few.h5");
    for (const std::string name : {"Z", "Y"}) {
      CAPTURE(few, name);
      CHECK(Matrix(read_samples(all, name).leftCols(few)) == read_samples(part, name));
    }
  }
}

TEST_CASE("states follow from the inputs as stored, not from those before rounding") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  const Mlp mlp = random_mlp({p, 9, q}, false, Activation::relu, 7, 4);
  (void)capture_all(world, mlp, random_images(capture_block, p, q, 8), Precision::float32,
                    directory / "states.h5");
  if (!world.is_root()) return;
  const File file = File::open(directory / "states.h5");
  const ForwardPass pass = forward(mlp, read_samples(file, "U"));
  CHECK(Matrix(pass.Z[0].cast<float>().cast<double>()) == read_samples(file, "Z"));
  CHECK(Matrix(pass.Y.cast<float>().cast<double>()) == read_samples(file, "Y"));
}

TEST_CASE("the file says what it holds") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  const Mlp mlp = random_mlp({p, 9, 5, q}, true, Activation::leaky_relu, 1, 4);
  const LabelledImages data = random_images(40, p, q, 2);
  const CaptureSummary summary = capture_all(world, mlp, data, Precision::float32, directory / "states.h5");
  CHECK(summary.states == 14);
  CHECK(summary.norm_a_inf == norm_inf(mlp.weights[1]));
  CHECK(summary.scaled_norm_a_inf <= 0.9);
  if (!world.is_root()) return;
  const File file = File::open(directory / "states.h5");
  CHECK(file.text_attribute("/", "format") == "simplicit-states");
  CHECK(file.integer_attribute("/", "format_version") == 1);
  CHECK(file.text_attribute("/", "activation") == "leaky_relu");
  CHECK(file.integer_attribute("/", "bias") == 1);
  CHECK(file.integer_attribute("/", "baseline_parameters") == mlp.parameter_count());
  CHECK(file.real_attribute("/", "kappa") == 0.9);
  CHECK(file.text_attribute("/", "provenance") == R"({"command_line":"test"})");
  CHECK(file.dataset("U").shape == std::vector<Index>{40, p});
  CHECK(file.dataset("X").shape == std::vector<Index>{40, 14});
  CHECK(file.dataset("Y").shape == std::vector<Index>{40, q});
  CHECK(file.dataset("Z").bytes_per_value == 4);
  CHECK(file.read_integers("layer_sizes") == std::vector<std::int64_t>{5, 9});
  CHECK(file.read_integers("labels") == std::vector<std::int64_t>(data.labels.begin(), data.labels.end()));
  const Vector scale = state_scale(mlp, layer_factors(mlp, 0.9));
  CHECK(file.read_doubles("state_scale") == std::vector<double>(scale.begin(), scale.end()));
  CHECK(read_baseline_group(file).weights == mlp.weights);
}

TEST_CASE("a directory that is not there is told to all ranks, and nothing is left") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  const Mlp mlp = random_mlp({p, 5, q}, false, Activation::relu, 1);
  const LabelledImages data = random_images(40, p, q, 2);
  try {
    (void)capture_all(world, mlp, data, Precision::float32, directory / "nowhere/states.h5");
    FAIL_CHECK("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::bad_input);
    CHECK_THAT(error.what(), Catch::Contains("nowhere' does not exist"));
  }
  world.barrier();
  CHECK(std::filesystem::is_empty(directory.path()));
  world.barrier();
  (void)capture_all(world, mlp, data, Precision::float32, directory / "states.h5");
  world.barrier();
  const auto files = std::filesystem::directory_iterator(directory.path());
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("states that are not finite are refused on all ranks, and nothing is left") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  Mlp mlp = random_mlp({p, 9, 5, q}, true, Activation::relu, 1, 4);
  for (Matrix& weight : mlp.weights) weight *= 1e15;  // a product of three leaves float32, not float64
  const LabelledImages data = random_images(300, p, q, 2);
  std::string fault;
  try {
    (void)capture_all(world, mlp, data, Precision::float32, directory / "states.h5");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::bad_input);
    fault = error.what();
  }
  CHECK_THAT(fault, Catch::Contains("nothing is captured") && Catch::Contains("infinity at sample") &&
                        Catch::Contains("--precision float64"));
  world.barrier();
  if (world.is_root()) CHECK(std::filesystem::is_empty(directory.path()));
  CHECK_NOTHROW(capture_all(world, mlp, data, Precision::float64, directory / "states.h5"));
}
