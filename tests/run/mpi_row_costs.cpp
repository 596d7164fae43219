#include <simplicit/run/row_costs.hpp>
#include <simplicit/run/shared_settings.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// The formula of the header, straight from the samples.
std::vector<double> reference(const StatesFileContent& content, const BlockSettings& settings, bool bias) {
  Matrix phi(content.X.cols(), content.X.rows() + content.U.rows());
  phi << content.X.transpose(), content.U.transpose();
  std::vector<double> costs;
  for (Index row = 0; row < content.Z.rows() + content.Y.rows(); ++row) {
    Vector z =
        (row < content.Z.rows() ? content.Z.row(row) : content.Y.row(row - content.Z.rows())).transpose();
    const Vector centred = z.array() - z.mean();
    const Vector& at_penalty = bias ? centred : z;
    const double lambda =
        *settings.objective.lambda_rel * (phi.transpose() * at_penalty).cwiseAbs().maxCoeff();
    Index reachable = 0;
    for (Index j = 0; j < phi.cols(); ++j)
      reachable += std::abs(phi.col(j).dot(centred)) > 100 * lambda ? 1 : 0;
    costs.push_back(
        row_cost(phi.rows(), phi.cols() + (bias ? 1 : 0), centred.squaredNorm(), lambda, reachable));
  }
  return costs;
}

}  // namespace

TEST_CASE("costs follow from the samples alone, the same at any number of ranks") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  for (const bool bias : {false, true}) {
    StatesFileContent content = random_states({83, 21, 26, 4}, 41, Precision::float32, bias);
    content.Z.row(3).setZero();
    on_root(ranks, [&] { write_states_file(directory / "states.h5", content); });
    const StateStore store(ranks, read_states_header(directory / "states.h5", ranks));
    const RowSamples samples(store);
    const Gram gram(ranks, samples);
    TrainSettings settings;
    settings.objective.lambda_rel = 1e-3;
    BlockSettings block;
    block.objective = settings.objective;
    block.states = 26;
    block.bias = bias;
    set_penalty_weights(settings, store.header(), {}, block);
    const std::vector<double> costs = row_costs(ranks, samples, &gram, block);
    const std::vector<double> from_data = row_costs(ranks, samples, nullptr, block);
    if (!ranks.is_root()) continue;
    const std::vector<double> expected = reference(content, block, bias);
    REQUIRE(costs.size() == 30);
    REQUIRE(from_data.size() == 30);
    const double certificate = 83.0 * static_cast<double>(store.phi().cols) / 2e5;
    for (std::size_t row = 0; row < 30; ++row) {
      CHECK(costs[row] == Approx(expected[row]));
      CHECK(from_data[row] == Approx(certificate + (row == 3 ? 0 : std::log1p(1e3))));
    }
    CHECK(costs[3] == Approx(certificate));
  }
}
