#include <simplicit/hdf5/file.hpp>
#include <simplicit/refine/importance.hpp>
#include <simplicit/states/capture.hpp>
#include <simplicit/states/implicit_form.hpp>
#include <simplicit/states/state_scale.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

constexpr double kappa = 0.9;

ImplicitModel exact_model(const Mlp& mlp) {
  const ImplicitForm form = exact_implicit_form(mlp, layer_factors(mlp, kappa));
  ImplicitModel model;
  model.A = form.A.sparseView();
  model.C = form.C.sparseView();
  return model;
}

}  // namespace

TEST_CASE("rows cost the outputs the same by the baseline and by a model that is the baseline") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  const Mlp mlp = random_mlp({12, 9, 7, 5, 4}, false, Activation::relu, 3, 4);
  CaptureSettings settings;
  settings.kappa = kappa;
  settings.precision = Precision::float64;
  const LabelledImages data = random_images(700, 12, 4, 4);
  const SampleShare part = distribute(ranks, data, capture_block);
  (void)capture(ranks, mlp, part, settings, path);

  StatesHeader header = read_states_header(path, ranks);
  const std::vector<double> by_baseline = row_importance(StateStore(ranks, header), exact_model(mlp), true);
  header.has_baseline = false;
  const StateStore store(ranks, header);
  const std::vector<double> by_model = row_importance(store, exact_model(mlp), true);
  const std::vector<double> relative = row_importance(store, exact_model(mlp), false);
  REQUIRE(by_model.size() == 25);
  REQUIRE(by_baseline.size() == 25);
  double worst = 0;
  for (std::size_t row = 0; row < by_model.size(); ++row) {
    CAPTURE(row);
    CHECK(by_model[row] == Approx(by_baseline[row]).epsilon(1e-9));
    worst = std::max(worst, std::abs(relative[row] / by_baseline[row] - 1));
  }
  CHECK(worst > 0.1);  // the three are not all alike
}
