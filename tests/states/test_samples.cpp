#include "states/transpose.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/states/activation_check.hpp>
#include <simplicit/states/finite.hpp>
#include <simplicit/states/states_file.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("slabs of samples are columns of the matrices in the file") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    const StatesFileContent content = random_states({20, 5, 7, 3}, 2, precision);
    write_states_file(path, content);
    const SampleReader reader(read_states_header(path));
    for (const Index count : {0, 1, 6, 13}) {
      const SampleSlab slab = reader.read(7, count, {});
      CHECK(slab.first == 7);
      CHECK(slab.U == content.U.middleCols(7, count));
      CHECK(slab.X == content.X.middleCols(7, count));
      CHECK(slab.Z == content.Z.middleCols(7, count));
      CHECK(slab.Y == content.Y.middleCols(7, count));
      CHECK(slab.labels == std::vector<int>(content.labels.begin() + 7, content.labels.begin() + 7 + count));
    }
  }
}

TEST_CASE("only the parts asked for are read") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({20, 5, 7, 3}, 3);
  content.labels.clear();
  write_states_file(path, content);
  const SampleReader reader(read_states_header(path));
  const SampleSlab slab = reader.read(0, 20, {.U = false, .X = true, .Z = false, .Y = false, .labels = true});
  CHECK(slab.U.size() == 0);
  CHECK(slab.X == content.X);
  CHECK(slab.Z.size() == 0);
  CHECK(slab.Y.size() == 0);
  CHECK(slab.labels.empty());
}

TEST_CASE("numbers that are not finite are named where they stand") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({20, 5, 7, 3}, 4);
  content.Z(6, 12) = std::nan("");
  write_states_file(path, content);
  const SampleReader reader(read_states_header(path));
  CHECK_NOTHROW((void)reader.read(0, 12, {}));
  CHECK_NOTHROW((void)reader.read(0, 20, {.Z = false}));
  CHECK_THROWS_WITH(reader.read(10, 5, {}),
                    path + ": dataset 'Z' holds nan at sample 12, entry 6 (both counted from 0)");
}

TEMPLATE_TEST_CASE("the first number that is not finite is found", "", float, double) {
  constexpr Index samples = 3000;
  constexpr Index width = 5;
  std::vector<TestType> values(samples * width, TestType{1});
  values.front() = std::numeric_limits<TestType>::max();
  values[1] = std::numeric_limits<TestType>::denorm_min();
  CHECK_FALSE(first_non_finite(values.data(), samples, width));
  CHECK_FALSE(first_non_finite(values.data(), 0, width));
  for (const Index bad : {samples * width - 1, Index{4096}, Index{4095}, Index{7}, Index{0}}) {
    values[static_cast<std::size_t>(bad)] = -std::numeric_limits<TestType>::infinity();
    const auto found = first_non_finite(values.data(), samples, width);
    REQUIRE(found);
    CHECK(found->sample == bad / width);
    CHECK(found->entry == bad % width);
    CHECK(non_finite_text("f", "U", *found) == "f: dataset 'U' holds -infinity at sample " +
                                                   std::to_string(bad / width) + ", entry " +
                                                   std::to_string(bad % width) + " (both counted from 0)");
  }
}

TEST_CASE("states that are not the activation of Z are told, within the precision of the file") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  const auto mismatch_of = [&](const StatesFileContent& content) {
    write_states_file(path, content);
    return activation_mismatch(read_states_header(path));
  };
  for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::tanh,
                                      Activation::sigmoid, Activation::identity}) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      StatesFileContent content = random_states({200, 5, 7, 3}, 5, precision);
      content.activation = activation;
      content.X = content.Z;
      apply_in_place(activation, content.X);
      CHECK_FALSE(mismatch_of(content));

      const double noticed = precision == Precision::float32 ? 1e-4 : 1e-8;
      const double overlooked = precision == Precision::float32 ? 1e-7 : 1e-12;
      content.X(3, 0) += overlooked;
      CHECK_FALSE(mismatch_of(content));
      content.X(3, 0) += noticed;
      REQUIRE(mismatch_of(content));
      CHECK_THAT(*mismatch_of(content),
                 Catch::StartsWith(path + ": X is not " + name_of(activation) + "(Z): at sample 0, entry 3"));
    }
  }
}

TEST_CASE("states stored after the activation in place of Z are told") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({200, 5, 7, 3}, 5);
  content.Z = content.X;
  write_states_file(path, content);
  const auto mismatch = activation_mismatch(read_states_header(path));
  REQUIRE(mismatch);
  CHECK_THAT(*mismatch, Catch::Contains("stored after the activation"));
  content.Z = content.X = content.X.array() + 1;  // a network that never switches off
  write_states_file(path, content);
  CHECK_FALSE(activation_mismatch(read_states_header(path)));
}

TEST_CASE("a single sample is enough to check the activation") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({1, 2, 3, 2}, 6);
  content.X.array() += 1;
  write_states_file(path, content);
  CHECK(activation_mismatch(read_states_header(path)));
}

TEMPLATE_TEST_CASE("samples become columns a feature, nothing else is touched", "", float, double) {
  for (const Index samples : {0, 1, 63, 64, 130}) {
    for (const Index features : {1, 15, 16, 33}) {
      const Index leading_dimension = samples + 3;
      std::vector<TestType> from;
      for (Index i = 0; i < samples * features; ++i) from.push_back(static_cast<TestType>(i));
      std::vector<TestType> to(static_cast<std::size_t>(leading_dimension * features), TestType{-1});
      transpose_samples(from.data(), samples, features, to.data(), leading_dimension);
      bool right = true;
      for (Index feature = 0; feature < features; ++feature) {
        for (Index row = 0; row < leading_dimension; ++row) {
          const auto expected =
              row < samples ? static_cast<TestType>(row * features + feature) : TestType{-1};
          right = right && to[static_cast<std::size_t>(feature * leading_dimension + row)] == expected;
        }
      }
      CHECK(right);
    }
  }
}
