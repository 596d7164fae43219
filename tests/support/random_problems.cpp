#include <support/random_problems.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace simplicit::test {

Matrix random_normal(Index rows, Index cols, RandomStream& random) {
  return Matrix::NullaryExpr(rows, cols, [&] { return random.normal(); });
}

void spoil_columns(RowData& data, Index states, Flavour flavour, RandomStream& random) {
  const Index penalised = data.phi.cols() - (data.bias ? 1 : 0);
  for (Index j = 0; j < penalised; ++j) {
    const auto k = static_cast<std::size_t>(j);
    if (flavour == Flavour::zero_columns && j % 3 == 1) data.phi.col(j).setZero();
    if (flavour == Flavour::duplicated_columns && j % 3 == 2) data.phi.col(j) = data.phi.col(j - 1);
    if (flavour == Flavour::badly_scaled) data.phi.col(j) *= j % 2 == 0 ? 30.0 : 0.03;
    if (flavour == Flavour::unequal_weights) data.weights[k] = 0.2 + 3 * random.uniform();
    if (flavour == Flavour::forbidden_columns && j % 2 == 0 && j < states) data.weights[k] = infinity;
    if (flavour == Flavour::tied_columns && j % 2 == 1) data.phi.col(j) = -data.phi.col(j - 1);
  }
}

RowData random_row(const RowShape& shape, Flavour flavour, std::uint64_t seed) {
  RandomStream random(seed, static_cast<std::uint64_t>(flavour));
  RowData data;
  const Index d = shape.states + shape.inputs + (shape.bias ? 1 : 0);
  data.phi = random_normal(shape.samples, d, random);
  data.phi.leftCols(shape.states) = data.phi.leftCols(shape.states).cwiseMax(0.0);
  data.weights.assign(static_cast<std::size_t>(d), 1.0);
  data.bias = shape.bias;
  if (shape.bias) {
    data.phi.rightCols(1).setOnes();
    data.weights.back() = 0;
  }
  data.ball_columns = shape.in_ball ? shape.states : 0;
  data.kappa = shape.in_ball ? shape.kappa : infinity;
  spoil_columns(data, shape.states, flavour, random);
  data.z = Vector::Zero(shape.samples);
  for (Index j = 0; j < d; ++j) {
    if (random.uniform() < 0.4) data.z += 0.6 * random.normal() * data.phi.col(j);
  }
  data.z += 0.3 * random_normal(shape.samples, 1, random).col(0);
  if (flavour == Flavour::dead_target) data.z.setZero();
  return data;
}

double lambda_max(const RowData& data) {
  // In more digits than double has, and with both sides centred: a mean of 1e9 would leave rounding alone.
  using ExtendedVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;
  const auto centred = [&](const auto& column) {
    ExtendedVector extended = column.template cast<long double>();
    if (data.bias) extended.array() -= extended.mean();
    return extended;
  };
  const ExtendedVector z = centred(data.z);
  double largest = 0;
  for (Index j = 0; j < data.phi.cols(); ++j) {
    const double weight = data.weights[static_cast<std::size_t>(j)];
    if (weight > 0 && weight < infinity) {
      largest = std::max(largest, static_cast<double>(std::abs(centred(data.phi.col(j)).dot(z))) / weight);
    }
  }
  return largest;
}

Vector dense(const SparseRow& row, Index features) {
  Vector w = Vector::Zero(features);
  for (std::size_t k = 0; k < row.columns.size(); ++k) w[row.columns[k]] = row.values[k];
  return w;
}

SparseRow sparse(const Vector& w) {
  SparseRow row;
  for (Index j = 0; j < w.size(); ++j) {
    if (w[j] == 0) continue;
    row.columns.push_back(static_cast<int>(j));
    row.values.push_back(w[j]);
  }
  return row;
}

GramRow::GramRow(RowData row) : data(std::move(row)), g_(data.phi.transpose() * data.phi) {
  r_ = data.phi.transpose() * data.z;
  problem.gram = {g_.data(), g_.cols(), g_.rows()};
  problem.reference.c = {r_.data(), static_cast<std::size_t>(r_.size())};
  problem.reference.norm2 = data.z.squaredNorm();
  problem.row = {data.weights, data.ball_columns, data.kappa, data.z.squaredNorm()};
}

std::string text(const RowShape& shape, Flavour flavour, std::uint64_t seed) {
  return "m " + std::to_string(shape.samples) + ", n " + std::to_string(shape.states) + ", p " +
         std::to_string(shape.inputs) + (shape.bias ? ", bias" : "") +
         (shape.in_ball ? ", kappa " + std::to_string(shape.kappa) : ", no ball") + ", flavour " +
         std::to_string(static_cast<int>(flavour)) + ", seed " + std::to_string(seed);
}

}  // namespace simplicit::test
