#include <simplicit/base/error.hpp>

#include <catch2/catch.hpp>
#include <model/same_model.hpp>
#include <support/random_models.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("All ranks get the model that root reads") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.bias = true, .activation = Activation::leaky_relu}, 11);
  on_root(ranks, [&] { write_model(model, directory / "model.h5"); });
  CHECK(same_model(read_model(directory / "model.h5", ranks), model));
}

TEST_CASE("All ranks hear that a model cannot be read") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  try {
    const ImplicitModel model = read_model(directory / "missing.h5", ranks);
    FAIL("a missing file was read");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::bad_input);
    CHECK_THAT(error.what(), Catch::Contains("missing.h5"));
  }
}
