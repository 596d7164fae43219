#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

#include <functional>
#include <limits>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;
using hdf5::File;

namespace {

std::vector<double> ones(Index count) {
  return std::vector<double>(static_cast<std::size_t>(count), 1.0);
}

void write_header(File& file, const std::string& format = "simplicit-baseline", std::int64_t version = 1) {
  file.set_attribute("/", "format", format);
  file.set_attribute("/", "format_version", version);
  file.set_attribute("/", "activation", std::string("relu"));
  file.set_attribute("/", "bias", std::int64_t{0});
}

/// What read_baseline says about a file written by `write`.
std::string said(const std::function<void(File&)>& write) {
  const TemporaryDirectory directory;
  const std::string path = directory / "baseline.h5";
  File file = File::create(path);
  write(file);
  file.close();
  try {
    (void)read_baseline(path);
  } catch (const InputError& error) {
    CHECK_THAT(error.what(), Contains(path));
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a baseline comes back from its file as it was") {
  const TemporaryDirectory directory;
  for (const bool bias : {false, true}) {
    Baseline baseline;
    baseline.mlp = random_mlp({7, 5, 4, 3}, bias, Activation::leaky_relu, 5);
    baseline.seed = 17;
    baseline.epochs = 3;
    baseline.train_accuracy = 0.9;
    baseline.test_accuracy = 0.875;
    baseline.provenance = {{"command_line", "simplicit baseline \"ü\""}, {"settings", {1, 2}}};
    write_baseline(baseline, directory / "baseline.h5");
    const Baseline back = read_baseline(directory / "baseline.h5");
    CHECK(back.mlp.weights == baseline.mlp.weights);
    CHECK(back.mlp.biases == baseline.mlp.biases);
    CHECK(back.mlp.activation == Activation::leaky_relu);
    CHECK(back.seed == 17);
    CHECK(back.epochs == 3);
    CHECK(back.train_accuracy == 0.9);
    CHECK(back.test_accuracy == 0.875);
    CHECK(back.provenance == baseline.provenance);
    CHECK(File::open(directory / "baseline.h5").integer_attribute("/", "baseline_parameters") ==
          baseline.mlp.parameter_count());
  }
}

TEST_CASE("weights are stored out by in, row after row") {
  const TemporaryDirectory directory;
  Baseline baseline;
  baseline.mlp.weights = {Matrix(2, 3), Matrix::Ones(1, 2)};
  baseline.mlp.weights[0] << 1, 2, 3, 4, 5, 6;
  write_baseline(baseline, directory / "baseline.h5");
  const File file = File::open(directory / "baseline.h5");
  CHECK(file.dataset("W0").shape == std::vector<Index>{2, 3});
  CHECK(file.read_doubles("W0") == std::vector<double>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("the group of a states file carries the same network") {
  const TemporaryDirectory directory;
  for (const bool bias : {false, true}) {
    const Mlp mlp = random_mlp({7, 5, 3}, bias, Activation::tanh, 6);
    File file = File::create(directory / "states.h5");
    file.set_attribute("/", "activation", std::string("tanh"));
    write_baseline_group(file, mlp);
    file.close();
    const Mlp back = read_baseline_group(File::open(directory / "states.h5"));
    CHECK(back.weights == mlp.weights);
    CHECK(back.biases == mlp.biases);
    CHECK(back.activation == Activation::tanh);
  }
}

TEST_CASE("a file that another tool wrote may know nothing of training") {
  CHECK(said([](File& file) {
          write_header(file);
          file.write("W0", ones(6), {2, 3}, Precision::float32);
          file.write("W1", ones(2), {1, 2});
        }) == "accepted");
}

TEST_CASE("files of other kinds and versions are refused") {
  CHECK_THAT(said([](File&) {}), Contains("is not a baseline file (no format attribute)"));
  CHECK_THAT(said([](File& file) { write_header(file, "simplicit-states"); }), Contains("simplicit-states"));
  CHECK_THAT(said([](File& file) { write_header(file, "simplicit-baseline", 2); }),
             Contains("format_version 2"));
  CHECK_THAT(said([](File& file) {
               write_header(file);
               file.set_attribute("/", "activation", std::string("swish"));
             }),
             Contains("swish"));
}

TEST_CASE("bad weights are refused, naming the dataset") {
  const auto with = [](const std::function<void(File&)>& write) {
    return said([&](File& file) {
      write_header(file);
      write(file);
    });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(with([](File&) {}), Contains("'W0' is missing"));
  CHECK_THAT(with([](File& f) { f.write("W0", ones(6), {2, 3}); }), Contains("'W1' is missing"));
  CHECK_THAT(with([](File& f) {
               f.write("W0", ones(6), {2, 3});
               f.write("W2", ones(2), {1, 2});
             }),
             Contains("has dataset 'W2' but no 'W1'"));
  CHECK_THAT(with([](File& f) {
               f.write("W0", ones(6), {2, 3});
               f.write("W1", ones(3), {1, 3});
             }),
             Contains("'W1' has 3 columns, the layer before has 2 units"));
  CHECK_THAT(with([](File& f) {
               f.write("W0", ones(6), {6});
               f.write("W1", ones(3), {1, 3});
             }),
             Contains("'W0' has 1 axes, 2 are expected"));
  CHECK_THAT(with([](File& f) {
               f.write("W0", std::vector<std::int64_t>{1, 2});
               f.write("W1", ones(3), {1, 3});
             }),
             Contains("'W0' does not hold floating-point numbers"));
  CHECK_THAT(with([](File& f) {
               f.write("W0", {}, {0, 3});
               f.write("W1", {}, {1, 0});
             }),
             Contains("'W0' is empty"));
  CHECK_THAT(with([&](File& f) {
               f.write("W0", {1, nan, 3}, {1, 3});
               f.write("W1", ones(1), {1, 1});
             }),
             Contains("'W0' holds nan at position 1"));
}

TEST_CASE("bad biases are refused, naming the dataset") {
  const auto with = [](std::int64_t bias, const std::function<void(File&)>& write) {
    return said([&](File& file) {
      write_header(file);
      file.set_attribute("/", "bias", bias);
      file.write("W0", ones(6), {2, 3});
      file.write("W1", ones(2), {1, 2});
      write(file);
    });
  };
  CHECK(with(1, [](File& f) {
          f.write("b0", ones(2), {2});
          f.write("b1", ones(1), {1});
        }) == "accepted");
  CHECK_THAT(with(1, [](File& f) { f.write("b0", ones(2), {2}); }), Contains("'b1' is missing"));
  CHECK_THAT(with(1, [](File&) {}), Contains("'bias' is 1, but dataset 'b0' is missing"));
  CHECK_THAT(with(0,
                  [](File& f) {
                    f.write("b0", ones(2), {2});
                    f.write("b1", ones(1), {1});
                  }),
             Contains("'bias' is 0, but dataset 'b0' is there"));
  CHECK_THAT(with(1,
                  [](File& f) {
                    f.write("b0", ones(3), {3});
                    f.write("b1", ones(1), {1});
                  }),
             Contains("'b0' has 3 numbers, its layer has 2 units"));
  CHECK_THAT(with(0, [](File& f) { f.set_attribute("/", "baseline_parameters", std::int64_t{9}); }),
             Contains("'baseline_parameters' is 9, the datasets hold 8"));
  CHECK_THAT(with(0, [](File& f) { f.set_attribute("/", "provenance", std::string("{")); }),
             Contains("'provenance' is not JSON"));
}
