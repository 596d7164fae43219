#include "shared/choose_shares.hpp"
#include "shared/exact_sum.hpp"
#include "shared/layer_data.hpp"
#include "shared/layer_losses.hpp"
#include "shared/layer_rows.hpp"
#include "shared/moving_targets.hpp"
#include "shared/price_path.hpp"
#include "shared/refit.hpp"

#include <Eigen/Cholesky>
#include <catch2/catch.hpp>
#include <support/layered_networks.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

constexpr Index samples = 8;

/// The states of a network, and the rows of one of its layers, with nothing shared or split.
struct Layered {
  explicit Layered(const std::string& onnx) : network(layered_network(onnx, "net.onnx")), plan(network) {
    own.count = samples - 1;  // the last one is padding
    own.batch = samples;
    own.U = random_floats(samples * network.inputs(), 3);
  }
  LayeredNetwork network;
  StagePlan plan;
  OwnSamples own;
};

Matrix patches(const LayerData& data, const RowClass& rows) {
  Matrix phi(data.samples * data.network->positions(*data.layer), data.features());
  build_patches(*data.network, *data.layer, rows, data.inputs, data.samples, phi.data(), phi.rows());
  return phi;
}

Matrix targets(const LayerData& data, const RowClass& rows) {
  Matrix z(data.samples * data.network->positions(*data.layer), rows.channels);
  const WeightedOperator& op = data.network->operators[data.layer->operators[0]];
  gather_channels(op, data.targets.data(), data.samples, rows.first, rows.channels, z.data(), z.rows());
  return z;
}

/// The network's own rows of a class: taps of all operators side by side, then the constant.
Matrix own_rows(const LayerData& data, const RowClass& rows) {
  Matrix W = Matrix::Zero(rows.channels, data.features());
  Index first = 0;
  for (const std::size_t i : data.layer->operators) {
    const WeightedOperator& op = data.network->operators[i];
    const OperatorWeights& weights = data.network->weights[i];
    W.middleCols(first, op.taps()) = Matrix(weights.W).middleRows(rows.first, rows.channels);
    if (op.bias) W.col(data.features() - 1) += weights.bias.segment(rows.first, rows.channels);
    first += op.taps();
  }
  return W;
}

template <class Check>
void for_each_layer(Layered& at, const Check& check) {
  StateStream stream(at.own, at.plan, "net.onnx");
  for (std::size_t l = 0; l < at.network.layers.size(); ++l) {
    stream.prepare(at.network, l);
    const LayerData data = layer_data(at.network, stream, at.network, stream, l, at.own, at.own.count, 4);
    INFO("layer " << l << ", target " << at.network.layers[l].target);
    check(data);
    stream.finish(l);
  }
}

}  // namespace

TEST_CASE("patches times the network's own rows are what OpenCV adds to each pre-activation") {
  Layered at(awkward_onnx());
  REQUIRE(at.network.layers.size() == 5);
  CHECK(at.network.layers[1].skips);
  CHECK(row_classes(at.network, at.network.layers[2]).size() == 4);
  CHECK(row_classes(at.network, at.network.layers[3]).size() == 2);
  for_each_layer(at, [&](const LayerData& data) {
    for (const RowClass& rows : row_classes(at.network, *data.layer)) {
      const Matrix z = targets(data, rows);
      const Matrix computed = patches(data, rows) * own_rows(data, rows).transpose();
      CHECK((computed - z).cwiseAbs().maxCoeff() < 1e-5 * (1 + z.cwiseAbs().maxCoeff()));
    }
  });
}

TEST_CASE("G, R and residuals are those of the patches") {
  Layered at(awkward_onnx());
  const Communicator one = Communicator::self();
  for_each_layer(at, [&](const LayerData& data) {
    for (const RowClass& rows : row_classes(at.network, *data.layer)) {
      const Matrix phi = patches(data, rows);
      const Matrix z = targets(data, rows);
      const ClassSums sums = class_sums(one, data, rows);
      const double size = (phi.transpose() * phi).diagonal().maxCoeff();
      CHECK((sums.G - phi.transpose() * phi).cwiseAbs().maxCoeff() < 1e-13 * size);
      CHECK((sums.R - phi.transpose() * z).cwiseAbs().maxCoeff() < 1e-12 * (size + z.squaredNorm()));
      const SparseRow w{{0, static_cast<int>(data.features()) - 1}, {0.5, -1.25}};
      const std::vector<Index> channels{rows.channels - 1};
      const ClassResiduals measured =
          class_residuals(one, data, rows, sums, channels, std::vector<SparseRow>{w});
      const Vector rho = z.col(rows.channels - 1) - 0.5 * phi.col(0) + 1.25 * phi.col(data.features() - 1);
      CHECK(measured.norm2[0] == Approx(rho.squaredNorm()).epsilon(1e-12));
      CHECK(measured.target_dot[0] == Approx(rho.dot(z.col(rows.channels - 1))).epsilon(1e-11).margin(1e-11));
      CHECK((measured.correlations.col(0) - phi.transpose() * rho).norm() <
            1e-12 * (1 + phi.norm() * rho.norm()));
    }
  });
}

TEST_CASE("rows refitted on supports are the least squares of the expanded problem, with their proof") {
  Layered at(awkward_onnx());
  const Communicator one = Communicator::self();
  for_each_layer(at, [&](const LayerData& data) {
    std::vector<std::vector<int>> supports(static_cast<std::size_t>(at.network.channels(*data.layer)));
    for (std::size_t c = 0; c < supports.size(); ++c) {
      for (int j = static_cast<int>(c % 2); j < static_cast<int>(data.features()); j += 2)
        supports[c].push_back(j);
    }
    supports.back().clear();
    for (const RowClass& rows : row_classes(at.network, *data.layer)) {
      const ClassSums sums = class_sums(one, data, rows);
      const std::vector<RowResult> results = refit_class(one, data, rows, sums, supports, 1e-8);
      REQUIRE(std::ssize(results) == rows.channels);
      const Matrix phi = patches(data, rows);
      const Matrix z = targets(data, rows);
      for (const RowResult& row : results) {
        const std::vector<int>& support = supports[static_cast<std::size_t>(row.row)];
        const auto k = std::ssize(support);
        Matrix part(phi.rows(), k);
        for (Index j = 0; j < k; ++j) part.col(j) = phi.col(support[static_cast<std::size_t>(j)]);
        Matrix G = part.transpose() * part;
        const Vector eta = 1e-8 * G.diagonal();
        G.diagonal() += eta;
        const Vector target = z.col(row.row - rows.first);
        const Vector w = k > 0 ? Vector(G.ldlt().solve(part.transpose() * target)) : Vector();
        const double best = 0.5 * (target - part * w).squaredNorm() + 0.5 * w.dot(eta.cwiseProduct(w));
        CHECK(row.status == RowStatus::solved);
        CHECK(row.primal == Approx(best).epsilon(1e-7));
        CHECK(row.dual <= best * (1 + 1e-10));
        Vector rho = target;
        double ridge = 0;
        for (std::size_t j = 0; j < row.columns.size(); ++j) {
          rho -= row.values[j] * phi.col(row.columns[j]);
          ridge += 0.5e-8 * phi.col(row.columns[j]).squaredNorm() * row.values[j] * row.values[j];
        }
        CHECK(row.primal == Approx(0.5 * rho.squaredNorm() + ridge).epsilon(1e-10));
      }
    }
  });
}

namespace {

std::vector<float> pre_activations(const LayeredNetwork& network, const StateStream& stream,
                                   const LayerData& data) {
  const Index entries = network.channels(*data.layer) * network.positions(*data.layer);
  std::vector<float> z(static_cast<std::size_t>(samples * entries));
  stream.compute(network, {data.layer->target}, [&](Index first, const std::vector<const float*>& arrays) {
    std::copy_n(arrays[0], samples * entries, z.data() + first * entries);
  });
  z.resize(static_cast<std::size_t>(data.samples * entries));  // without the padding
  return z;
}

/// Numbers beyond a bound that the network's number reaches cost nothing.
double clipped_loss(const std::vector<float>& z, const std::vector<float>& y, const ClipRange& range) {
  double loss = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    double off = static_cast<double>(y[i]) - static_cast<double>(z[i]);
    if (z[i] <= range.low) off = std::max(static_cast<double>(y[i] - range.low), 0.0);
    if (z[i] >= range.high) off = std::max(static_cast<double>(range.high - y[i]), 0.0);
    loss += 0.5 * off * off;
  }
  return loss;
}

Vector log_softmax(const float* y, Index channels) {
  Vector p = Eigen::Map<const Eigen::VectorXf>(y, channels).cast<double>();
  p.array() -= p.maxCoeff();
  return p.array() - std::log(p.array().exp().sum());
}

double divergence(const std::vector<float>& z, const std::vector<float>& y, Index channels) {
  double loss = 0;
  for (Index first = 0; first < std::ssize(z); first += channels) {
    const Vector p = log_softmax(z.data() + first, channels), q = log_softmax(y.data() + first, channels);
    loss += (p.array().exp() * (p - q).array()).sum();
  }
  return loss;
}

}  // namespace

TEST_CASE("targets that follow the model lower the loss they stand for, round after round") {
  const float ceiling = GENERATE(0.0F, 0.4F);  // of the second activation; 0: none
  Layered at(awkward_onnx(3, ceiling));
  const Communicator one = Communicator::self();
  StateStream stream(at.own, at.plan, "net.onnx");
  std::vector<TargetRule> rules;
  for (std::size_t l = 0; l < at.network.layers.size(); ++l) {
    stream.prepare(at.network, l);
    LayerData data = layer_data(at.network, stream, at.network, stream, l, at.own, at.own.count, 4);
    const Index channels = at.network.channels(*data.layer);
    const TargetRule rule = target_rule(at.network, *data.layer, true);
    rules.push_back(rule);
    INFO("layer " << l << ", target " << data.layer->target);
    std::vector<std::vector<int>> supports(static_cast<std::size_t>(channels));
    for (std::size_t c = 0; c < supports.size(); ++c) {
      const int step = rule == TargetRule::decisions ? 16 : 3;  // fewer features than samples
      for (int j = static_cast<int>(c % 3); j < static_cast<int>(data.features()); j += step)
        supports[c].push_back(j);
    }
    const std::vector<RowClass> classes = row_classes(at.network, *data.layer);
    std::vector<ClassSums> sums;
    for (const RowClass& rows : classes) sums.push_back(class_sums(one, data, rows));
    const std::vector<float> z = pre_activations(at.network, stream, data);
    MovingTargets targets(at.network, stream, at.own, data, rule);
    std::vector<double> losses;
    LayeredNetwork trial = at.network;
    for (int round = 0; rule != TargetRule::fixed && round < 12; ++round) {
      std::vector<RowResult> rows;
      for (std::size_t k = 0; k < classes.size(); ++k) {
        for (RowResult& row : fit_class(one, classes[k], sums[k], supports)) rows.push_back(std::move(row));
      }
      take_rows(trial, l, rows);
      const std::vector<float> y = pre_activations(trial, stream, data);
      losses.push_back(rule == TargetRule::clipped ? clipped_loss(z, y, *data.layer->clip)
                                                   : divergence(z, y, channels));
      targets.move(trial, stream);
      for (std::size_t k = 0; k < classes.size(); ++k) {
        update_target_sums(one, data, classes[k], sums[k]);
        const ClassSums anew = class_sums(one, data, classes[k]);
        CHECK(sums[k].R == anew.R);
        CHECK(sums[k].target_norm2 == anew.target_norm2);
      }
    }
    for (std::size_t i = 1; i < losses.size(); ++i) CHECK(losses[i] <= losses[i - 1] * (1 + 1e-5));
    const double enough = rule == TargetRule::clipped ? 0.98 : 1;
    if (!losses.empty()) CHECK(losses.back() < enough * losses.front());
    stream.finish(l);
  }
  CHECK(at.network.layers[1].clip == (ceiling > 0 ? ClipRange{0, ceiling} : ClipRange()));
  // ReLU or Clip behind the first two, tanh and a pool behind the next, the decision behind the last
  CHECK(rules == std::vector<TargetRule>{TargetRule::clipped, TargetRule::clipped, TargetRule::fixed,
                                         TargetRule::fixed, TargetRule::decisions});
  CHECK(target_rule(at.network, at.network.layers.back(), false) == TargetRule::fixed);
}

TEST_CASE("prices scaled to measured losses cost between two numbers kept what was measured there") {
  Matrix prices(4, 2);
  prices << 8, 7, 6, 5, 4, 3, 0, 1;  // one feature is worth nothing
  const std::vector<Index> kept{8, 4, 2, 0};
  const Matrix scaled = priced_by_losses(prices, kept, {0, 3, 10, 50});
  // leaving: 4, 3, 1 (and the worthless one), then 6, 5, then 8, 7
  CHECK(scaled(3, 0) == 0);
  CHECK(scaled(2, 0) + scaled(2, 1) + scaled(3, 1) == Approx(3));
  CHECK(scaled(1, 0) + scaled(1, 1) == Approx(7));
  CHECK(scaled(0, 0) + scaled(0, 1) == Approx(40));
  CHECK(scaled(0, 0) / scaled(0, 1) == Approx(8.0 / 7));

  // Losses that fall are joined with their neighbours: all six cost 10 together, each as much on average.
  const Matrix joined = priced_by_losses(prices, {8, 4, 0}, {0, 9, 10});
  CHECK(joined.sum() == Approx(10));
  CHECK(joined(2, 0) + joined(2, 1) + joined(3, 1) == Approx(10.0 * 3 / 7));

  const Matrix between = between_prices(prices, scaled, 0.5);
  CHECK(between(0, 1) == Approx(std::sqrt(7 * scaled(0, 1))));
  CHECK(between(3, 0) == 0);
  CHECK(between_prices(prices, scaled, 0) == prices);
}

TEST_CASE("a layer loses nothing with all its weights and most with none") {
  Layered at(awkward_onnx());
  const Communicator one = Communicator::self();
  StateStream stream(at.own, at.plan, "net.onnx");
  const DecisionSamples on{at.network, stream, at.own, at.own.count, true};
  for (std::size_t l = 0; l < at.network.layers.size(); ++l) {
    stream.prepare(at.network, l);
    const LayerData data = layer_data(at.network, stream, at.network, stream, l, at.own, at.own.count, 4);
    const std::vector<RowClass> classes = row_classes(at.network, *data.layer);
    std::vector<ClassSums> sums;
    for (const RowClass& rows : classes) sums.push_back(class_sums(one, data, rows));
    const Matrix prices = Matrix::Ones(data.features(), at.network.channels(*data.layer));
    const std::vector<double> losses =
        layer_losses(one, on, l, classes, sums, prices, {prices.size(), prices.size() / 2, 0});
    INFO("layer " << l);
    CHECK(losses[0] < 1e-4 * losses[2]);
    CHECK(losses[1] > 0);
    CHECK(losses[2] > losses[0]);
    stream.finish(l);
  }
  LayeredNetwork silent = at.network;
  for (OperatorWeights& weights : silent.weights) weights.W = 0 * weights.W;
  set_weights(silent, silent.weights);
  const std::vector<double> divergences = network_divergences(one, on, {at.network, silent}, 0);
  CHECK(divergences[0] == Approx(0).margin(1e-12));
  CHECK(divergences[1] > 1e-3);
}

TEST_CASE("features leave in the order of what each loss costs") {
  const Matrix phi = Eigen::Map<const Eigen::MatrixXf>(random_floats(60 * 7, 5).data(), 60, 7).cast<double>();
  const Vector z = phi * Vector::LinSpaced(7, -2, 3) +
                   Eigen::Map<const Eigen::VectorXf>(random_floats(60, 6).data(), 60).cast<double>();
  const Matrix G = phi.transpose() * phi;
  const Vector prices = price_path(ridge_inverse(G), phi.transpose() * z);
  const auto loss_without = [&](const std::vector<Index>& left) {
    Matrix part(60, std::ssize(left));
    for (std::size_t j = 0; j < left.size(); ++j) part.col(static_cast<Index>(j)) = phi.col(left[j]);
    if (left.empty()) return 0.5 * z.squaredNorm();
    const Vector w = (part.transpose() * part).ldlt().solve(part.transpose() * z);
    return 0.5 * (z - part * w).squaredNorm();
  };
  std::vector<Index> left{0, 1, 2, 3, 4, 5, 6};
  double before = 0;
  while (!left.empty()) {
    double least = 1e300;
    Index cheapest = -1;
    for (const Index j : left) {
      std::vector<Index> without;
      for (const Index i : left) {
        if (i != j) without.push_back(i);
      }
      const double cost = loss_without(without) - loss_without(left);
      if (cost < least) {
        least = cost;
        cheapest = j;
      }
    }
    CHECK(prices[cheapest] == Approx(std::max(least, before)).epsilon(1e-6));
    before = prices[cheapest];
    std::erase(left, cheapest);
  }
}

TEST_CASE("sums in fixed point do not depend on the order and keep the digits of double precision") {
  const std::vector<float> numbers = random_floats(3 * 4 * 20, 11);
  const std::vector<double> rows{5, 3e-9, 2e6};
  const std::vector<double> columns{9, 1, 4e-3, 0};
  const auto block = [&](int i) {
    Matrix values(3, 4);
    for (Index k = 0; k < 12; ++k) {
      const double bound = rows[static_cast<std::size_t>(k % 3)] * columns[static_cast<std::size_t>(k / 3)];
      values(k % 3, k / 3) =
          0.01 * bound * static_cast<double>(numbers[static_cast<std::size_t>(i * 12 + k)]);
    }
    return values;
  };
  ExactSum forwards(rows, columns, false);
  ExactSum backwards(rows, columns, false);
  Matrix plain = Matrix::Zero(3, 4);
  for (int i = 0; i < 20; ++i) {
    forwards.add(block(i).data(), 3);
    backwards.add(block(19 - i).data(), 3);
    plain += block(i);
  }
  const Matrix sum = forwards.total(Communicator::self());
  CHECK(sum == backwards.total(Communicator::self()));
  for (Index k = 0; k < 12; ++k) {
    const double bound = rows[static_cast<std::size_t>(k % 3)] * columns[static_cast<std::size_t>(k / 3)];
    CHECK(std::abs(sum(k % 3, k / 3) - plain(k % 3, k / 3)) <= 1e-15 * bound);
  }
}
