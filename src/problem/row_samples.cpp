#include <simplicit/base/error.hpp>
#include <simplicit/linalg/doubled.hpp>
#include <simplicit/problem/row_samples.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// Samples that a shift is the mean of.
constexpr Index samples_of_shift = 384;
// Squared norms within these bounds leave room for sums and products of them.
constexpr double largest_norm2 = 1e300;
constexpr double smallest_norm2 = 1e-280;

StoredMatrix without_shift(StoredMatrix matrix) {
  matrix.shift = nullptr;
  return matrix;
}

Vector column_of(const StoredMatrix& matrix, Index j) {
  Vector column(matrix.rows);
  copy_block(matrix, 0, j, matrix.rows, 1, column.data(), matrix.rows);
  return column;
}

// The mean of the first samples, free of rounding where they are equal.
double shift_of(const StoredMatrix& matrix, Index j) {
  Vector first(std::min(samples_of_shift, matrix.rows));
  copy_block(without_shift(matrix), 0, j, first.size(), 1, first.data(), first.size());
  const double mean = first[0] + (first.array() - first[0]).mean();
  return std::isfinite(mean) ? mean : 0;
}

// The weight of the constant, the last column; its place is made when the row has none.
double& constant_in(SparseRow& row, int constant) {
  if (row.columns.empty() || row.columns.back() != constant) {
    row.columns.push_back(constant);
    row.values.push_back(0);
  }
  return row.values.back();
}

void drop_constant_if_zero(SparseRow& row) {
  if (row.values.back() != 0) return;
  row.columns.pop_back();
  row.values.pop_back();
}

}  // namespace

RowSamples::RowSamples(const StateStore& store)
    : RowSamples(store.node(), store.phi(), store.targets(), store.header().bias) {
  path_ = store.header().path;
  states_ = store.header().states;
  inputs_ = store.header().inputs;
  require_squares();
}

RowSamples::RowSamples(const Communicator& node, const StoredMatrix& phi, const StoredMatrix& targets,
                       bool bias)
    : node_(node), phi_(phi), targets_(targets), bias_(bias) {
  const std::size_t features = at(phi.cols);
  const std::size_t rows = at(targets.cols);
  window_ = NodeWindow(node, (3 * features + 4 * rows) * sizeof(double), "sums over the samples");
  std::span<double> rest = window_.as<double>();
  const auto take = [&](std::size_t count) {
    const std::span<double> taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
  };
  feature_shift_ = take(features);
  feature_sums_ = take(features);
  feature_norms_ = take(features);
  target_shift_ = take(rows);
  target_norm2_ = take(rows);
  shifted_target_norm_ = take(rows);
  target_range_ = take(rows);
  if (bias) choose_shifts();
  measure();
}

void RowSamples::choose_shifts() {
  const Range features = share(phi_.cols - 1, node_.rank(), node_.size());
  for (Index j = features.begin; j < features.end; ++j) feature_shift_[at(j)] = shift_of(phi_, j);
  if (node_.is_root()) feature_shift_.back() = 0;  // the constant stays one
  const Range rows = share(targets_.cols, node_.rank(), node_.size());
  for (Index i = rows.begin; i < rows.end; ++i) target_shift_[at(i)] = shift_of(targets_, i);
  window_.fence();
  phi_.shift = feature_shift_.data();
  targets_.shift = target_shift_.data();
}

void RowSamples::measure() {
  const Range features = share(phi_.cols, node_.rank(), node_.size());
  for (Index j = features.begin; j < features.end; ++j) {
    const Vector column = column_of(phi_, j);
    feature_sums_[at(j)] = column.sum();
    feature_norms_[at(j)] = column.norm();
  }
  const Range rows = share(targets_.cols, node_.rank(), node_.size());
  for (Index i = rows.begin; i < rows.end; ++i) {
    const Vector z = column_of(without_shift(targets_), i);
    target_norm2_[at(i)] = z.squaredNorm();
    shifted_target_norm_[at(i)] = bias_ ? column_of(targets_, i).norm() : z.norm();
    target_range_[at(i)] = (z.array() - (bias_ ? z[0] : 0)).abs().maxCoeff();
  }
  window_.fence();
}

void RowSamples::require_squares() const {
  const auto refuse = [&](const char* dataset, Index entry, const char* fault) {
    throw InputError(
        fmt::format("{}: the numbers in column {} of '{}' {}: their squares leave the range of double "
                    "precision; scale them",
                    path_, entry, dataset, fault));
  };
  constexpr const char* too_large = "are too large";
  for (Index j = 0; j < phi_.cols; ++j) {
    const double norm = feature_norms_[at(j)];
    if (norm * norm <= largest_norm2) continue;
    if (j < states_) refuse("X", j, too_large);
    refuse("U", j - states_, too_large);
  }
  for (Index i = 0; i < targets_.cols; ++i) {
    const char* const dataset = i < states_ ? "Z" : "Y";
    const Index entry = i < states_ ? i : i - states_;
    if (!(target_norm2_[at(i)] <= largest_norm2)) refuse(dataset, entry, too_large);
    const double range = target_range_[at(i)];
    if (range > 0 && range * range < smallest_norm2) refuse(dataset, entry, "differ by too little");
  }
}

double RowSamples::centred_feature_norm2(Index j) const {
  const double norm = feature_norms_[at(j)];
  const double sum = bias_ ? feature_sums_[at(j)] : 0;
  return std::max(0.0, norm * norm - sum * sum / static_cast<double>(phi_.rows));
}

SparseRow RowSamples::constant_fit(Index target) const {
  SIMPLICIT_ASSERT(is_constant(target), std::to_string(target));
  double value = 0;
  copy_block(without_shift(targets_), 0, target, 1, 1, &value, 1);
  if (!bias_ || value == 0) return {};
  return {{static_cast<int>(phi_.cols - 1)}, {value}};
}

// z - Phi w = (z - t) - sum_j (phi_j - s_j) w_j - (beta + sum_j s_j w_j - t).
SparseRow RowSamples::shifted(Index target, SparseRow row) const {
  if (!bias_) return row;
  double& constant = constant_in(row, static_cast<int>(phi_.cols - 1));
  constant = constant_moved(target, row, 1);
  drop_constant_if_zero(row);
  return row;
}

SparseRow RowSamples::as_stored(Index target, SparseRow row) const {
  if (!bias_) return row;
  double& constant = constant_in(row, static_cast<int>(phi_.cols - 1));
  constant = constant_moved(target, row, -1);
  drop_constant_if_zero(row);
  return row;
}

double RowSamples::constant_moved(Index target, const SparseRow& row, double direction) const {
  Doubled moved;
  moved.add(-direction * target_shift_[at(target)]);
  for (std::size_t k = 0; k + 1 < row.columns.size(); ++k) {
    moved.add_product(direction * feature_shift_[at(row.columns[k])], row.values[k]);
  }
  moved.add(row.values.back());
  return moved.value();
}

}  // namespace simplicit
