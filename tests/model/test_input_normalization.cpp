#include <simplicit/base/error.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/model/model_size.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("The normalisation of the inputs travels with the model, and a model without one has none") {
  const TemporaryDirectory directory;
  const ImplicitModel model = random_model({}, 1);
  const InputNormalization written{{0.1, 0.2}, {0.3, 0.4}};
  write_model(model, written, directory / "model.h5");
  const InputNormalization read = read_input_normalization(directory / "model.h5");
  CHECK(read.mean == written.mean);
  CHECK(read.deviation == written.deviation);
  CHECK(read_model(directory / "model.h5").nonzeros() == model.nonzeros());
  write_model(model, directory / "model.h5");
  CHECK_FALSE(read_input_normalization(directory / "model.h5").known());
}

TEST_CASE("A normalisation that cannot be one is refused by name") {
  const TemporaryDirectory directory;
  const auto read = [&](const std::vector<double>& mean, const std::vector<double>& deviation) {
    hdf5::File file = hdf5::File::create(directory / "bad.h5");
    file.write("input_mean", mean, {std::ssize(mean)});
    if (!deviation.empty()) file.write("input_std", deviation, {std::ssize(deviation)});
    file.close();
    return read_input_normalization(directory / "bad.h5");
  };
  CHECK(read({0.5}, {2}).known());
  CHECK_THROWS_WITH(read({0.5}, {}), Catch::Contains("input_std"));
  CHECK_THROWS_WITH(read({0.5}, {1, 2}), Catch::Contains("input_std"));
  CHECK_THROWS_AS(read({0.5}, {0}), InputError);
  CHECK_THROWS_AS(read({std::nan("")}, {1}), InputError);
}

TEST_CASE("Inputs are normalised channel by channel") {
  Matrix U(4, 2);
  U << 1, 2, 3, 4, 5, 6, 7, 8;
  normalize({{1, 5}, {2, 0.5}}, "model.h5", U);
  Matrix expected(4, 2);
  expected << 0, 0.5, 1, 1.5, 0, 2, 4, 6;
  CHECK(U == expected);
  Matrix odd(3, 1);
  CHECK_THROWS_WITH(normalize({{1, 5}, {2, 0.5}}, "model.h5", odd), Catch::Contains("model.h5"));
  normalize({}, "model.h5", U);
  CHECK(U == expected);
}

TEST_CASE("Only two normalisations that are known and differ are refused") {
  const InputNormalization model{{0.286}, {0.353}};
  const auto require = [&](const InputNormalization& samples) {
    require_same_normalization(model, "model.h5", samples, "test.h5");
  };
  CHECK_NOTHROW(require(model));
  CHECK_NOTHROW(require({}));
  CHECK_NOTHROW(require_same_normalization({}, "model.h5", model, "test.h5"));
  CHECK_THROWS_WITH(require({{0.285}, {0.353}}), Catch::Contains("test.h5") && Catch::Contains("0.286"));
  CHECK_THROWS_AS(require({{0.286, 0.286}, {0.353, 0.353}}), InputError);
}

TEST_CASE("A model is called larger than the network when it has more nonzeros than that has parameters") {
  ImplicitModel model = random_model({}, 1);
  model.baseline_parameters = model.nonzeros();
  model.baseline_connections = 100 * model.nonzeros();
  const ModelSize size = size_of(model);
  CHECK(size.nonzeros == model.nonzeros());
  CHECK(size.bytes == 12 * model.nonzeros() + 8 * 2 * (model.states() + 1 + model.outputs() + 1));
  CHECK(size.baseline_bytes == 4 * model.nonzeros());
  CHECK_FALSE(size.larger_than_network());
  CHECK_THAT(text_of(size), !Catch::Contains("larger"));
  *model.baseline_parameters -= 1;
  CHECK(size_of(model).larger_than_network());
  CHECK_THAT(text_of(size_of(model)), Catch::Contains("larger than the network"));
  model.baseline_parameters.reset();
  CHECK_FALSE(size_of(model).larger_than_network());
  nlohmann::json record;
  add_size(size_of(model), record);
  CHECK(record["baseline_parameters"].is_null());
  CHECK(record["bytes"]["baseline"].is_null());
  CHECK(record["bytes"]["model"] == size.bytes);
}
