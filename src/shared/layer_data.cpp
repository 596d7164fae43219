#include "shared/layer_data.hpp"

#include "shared/exact_sum.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/parallel/reductions.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

// Rows of Phi that are built at a time; enough for the full speed of dsyrk.
constexpr Index rows_at_once = 2048;

Index padded(Index count) {
  return (count + 7) / 8 * 8;
}

/// Doubles from a 64-byte boundary on, zero at first.
class Panel {
 public:
  Panel(Index rows, Index columns)
      : rows_(padded(rows)), numbers_(static_cast<std::size_t>(rows_ * columns + 8)) {
    void* first = numbers_.data();
    std::size_t room = numbers_.size() * sizeof(double);
    data_ = static_cast<double*>(std::align(64, sizeof(double), first, room));
  }
  [[nodiscard]] double* data() const { return data_; }
  [[nodiscard]] Index leading_dimension() const { return rows_; }

 private:
  Index rows_;
  std::vector<double> numbers_;
  double* data_;
};

/// Patches and targets of one class, a piece of a block at a time.
class Pieces {
 public:
  Pieces(const LayerData& data, const RowClass& rows)
      : data_(data),
        rows_(rows),
        positions_(data.network->positions(*data.layer)),
        samples_(std::clamp<Index>(rows_at_once / positions_, 1, data.block)),
        phi_(samples_ * positions_, data.features()),
        targets_(samples_ * positions_, rows.channels) {
    for (const std::size_t i : data.layer->operators) {
      const WeightedOperator& op = data.network->operators[i];
      entries_.push_back(op.in_channels * op.height * op.width);
    }
  }

  [[nodiscard]] const double* phi() const { return phi_.data(); }
  [[nodiscard]] const double* targets() const { return targets_.data(); }
  [[nodiscard]] Index leading_dimension() const { return phi_.leading_dimension(); }
  [[nodiscard]] Index most_rows() const { return samples_ * positions_; }

  /// visit(rows, first piece of its block, last piece of it) with phi() and targets() filled.
  template <class Visit>
  void for_each(const Visit& visit) {
    const WeightedOperator& op = data_.network->operators[data_.layer->operators[0]];
    for (Index block = 0; block < data_.samples; block += data_.block) {
      if (interruption_requested() != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
      const Index end = std::min(block + data_.block, data_.samples);
      for (Index first = block; first < end; first += samples_) {
        const Index count = std::min(samples_, end - first);
        std::vector<const float*> inputs;
        for (std::size_t k = 0; k < entries_.size(); ++k)
          inputs.push_back(data_.inputs[k] + first * entries_[k]);
        build_patches(*data_.network, *data_.layer, rows_, inputs, count, phi_.data(), leading_dimension());
        gather_channels(op, data_.targets.data() + first * op.channels * positions_, count, rows_.first,
                        rows_.channels, targets_.data(), leading_dimension());
        visit(count * positions_, first == block, first + count == end);
      }
    }
  }

 private:
  const LayerData& data_;
  const RowClass& rows_;
  Index positions_;
  Index samples_;
  Panel phi_, targets_;
  std::vector<Index> entries_;
};

/// sqrt(rows) times the largest number that any rank has in each feature and each target of the class.
struct ColumnBounds {
  std::vector<double> features, targets;
};

double largest(const float* numbers, Index count) {
  float most = 0;
  for (Index i = 0; i < count; ++i) most = std::max(most, std::abs(numbers[i]));
  return static_cast<double>(most);
}

ColumnBounds bounds_of(const Communicator& ranks, const LayerData& data, const RowClass& rows) {
  std::vector<double> most;  // of each operator, and of each target
  for (std::size_t k = 0; k < data.layer->operators.size(); ++k) {
    const WeightedOperator& op = data.network->operators[data.layer->operators[k]];
    most.push_back(largest(data.inputs[k], data.samples * op.in_channels * op.height * op.width));
  }
  const std::size_t operators = most.size();
  const WeightedOperator& op = data.network->operators[data.layer->operators[0]];
  const Index positions = op.positions();
  most.resize(operators + static_cast<std::size_t>(op.channels), 0);
  for (Index i = 0; i < data.samples * op.channels * positions; ++i) {
    const Index channel = op.dense ? i % op.channels : i / positions % op.channels;
    double& target = most[operators + static_cast<std::size_t>(channel)];
    target = std::max(target, static_cast<double>(std::abs(data.targets[static_cast<std::size_t>(i)])));
  }
  max_over_ranks(ranks, most);
  ColumnBounds bounds;
  const double root = std::sqrt(data.all_rows());
  for (std::size_t k = 0; k < operators; ++k) {
    const Index taps = data.network->operators[data.layer->operators[k]].taps();
    bounds.features.insert(bounds.features.end(), static_cast<std::size_t>(taps), root * most[k]);
  }
  if (data.layer->bias) bounds.features.push_back(root);
  for (Index c = 0; c < rows.channels; ++c) {
    bounds.targets.push_back(root * most[operators + static_cast<std::size_t>(rows.first + c)]);
  }
  return bounds;
}

}  // namespace

LayerData layer_data(const LayeredNetwork& baseline_network, const StateStream& baseline,
                     const LayeredNetwork& present, const StateStream& own, std::size_t layer,
                     const OwnSamples& samples, Index all_samples, Index block) {
  LayerData data;
  data.network = &present;
  data.layer = &present.layers[layer];
  data.samples = samples.count;
  data.all_samples = all_samples;
  data.block = block;
  for (const std::size_t i : data.layer->operators)
    data.inputs.push_back(own.tensor(present.operators[i].input));
  const Index entries = present.channels(*data.layer) * present.positions(*data.layer);
  if (!samples.Y.empty()) {  // one layer, whose outputs are given
    data.targets = samples.Y;
    return data;
  }
  data.targets.resize(static_cast<std::size_t>(entries * samples.padded()));
  baseline.compute(baseline_network, {data.layer->target},
                   [&](Index first, const std::vector<const float*>& z) {
                     std::copy_n(z[0], entries * samples.batch, data.targets.data() + first * entries);
                   });
  if (!data.layer->skips) return data;
  std::vector<std::string> wanted{data.layer->target};
  for (const std::size_t i : data.layer->operators) wanted.push_back(present.operators[i].output);
  own.compute(present, wanted, [&](Index first, const std::vector<const float*>& arrays) {
    float* target = data.targets.data() + first * entries;
    for (Index i = 0; i < entries * samples.batch; ++i) {
      float fixed = arrays[0][i];
      for (std::size_t k = 1; k < arrays.size(); ++k) fixed -= arrays[k][i];
      target[i] -= fixed;
    }
  });
  return data;
}

namespace {

/// The sums of a class, those of G only where it is asked for.
ClassSums summed(const Communicator& ranks, const LayerData& data, const RowClass& rows, bool with_gram) {
  const Index d = data.features();
  const ColumnBounds bounds = bounds_of(ranks, data, rows);
  std::vector<double> squares;
  for (const double bound : bounds.targets) squares.push_back(bound * bound);
  std::optional<ExactSum> g;
  if (with_gram) g.emplace(bounds.features, bounds.features, true);
  ExactSum r(bounds.features, bounds.targets, false);
  ExactSum norms(std::vector<double>{1.0}, squares, false);
  agree(ranks, [&] {
    Pieces pieces(data, rows);
    Panel G(with_gram ? d : 0, with_gram ? d : 0);
    Panel R(d, rows.channels);
    Vector norm2(rows.channels);
    pieces.for_each([&](Index count, bool first, bool last) {
      const double beta = first ? 0 : 1;
      const Index ld = pieces.leading_dimension();
      if (g) {
        blas::syrk_upper(d, count, 1, pieces.phi(), ld, beta, G.data(), G.leading_dimension());
      }
      blas::gemm(true, false, d, rows.channels, count, 1, pieces.phi(), ld, pieces.targets(), ld, beta,
                 R.data(), R.leading_dimension());
      if (first) norm2.setZero();
      for (Index c = 0; c < rows.channels; ++c) {
        norm2[c] += Eigen::Map<const Vector>(pieces.targets() + c * ld, count).squaredNorm();
      }
      if (!last) return;
      if (g) g->add(G.data(), G.leading_dimension());
      r.add(R.data(), R.leading_dimension());
      norms.add(norm2.data(), 1);
    });
  });
  ClassSums sums;
  if (g) sums.G = g->total(ranks);
  sums.R = r.total(ranks);
  sums.target_norm2 = norms.total(ranks).transpose();
  return sums;
}

}  // namespace

ClassSums class_sums(const Communicator& ranks, const LayerData& data, const RowClass& rows) {
  return summed(ranks, data, rows, true);
}

void update_target_sums(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                        ClassSums& sums) {
  ClassSums anew = summed(ranks, data, rows, false);
  sums.R = std::move(anew.R);
  sums.target_norm2 = std::move(anew.target_norm2);
}

ClassResiduals class_residuals(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                               const ClassSums& sums, std::span<const Index> channels,
                               std::span<const SparseRow> w) {
  const Index d = data.features();
  const auto k = std::ssize(channels);
  const Index width = padded(k);
  Matrix W = Matrix::Zero(d, width);
  for (Index i = 0; i < k; ++i) {
    const SparseRow& row = w[static_cast<std::size_t>(i)];
    for (std::size_t j = 0; j < row.columns.size(); ++j) W(row.columns[j], i) = row.values[j];
  }
  // Bounds from Cauchy and Schwarz: |phi_j| is known, |rho| by G up to rounding, with room for that.
  std::vector<double> features, norms, squares, dots;
  for (Index j = 0; j < d; ++j) features.push_back(std::sqrt(sums.G(j, j)) * 1.001);
  for (Index i = 0; i < width; ++i) {
    const Index channel = i < k ? channels[static_cast<std::size_t>(i)] : channels[0];
    const double z2 = sums.target_norm2[channel];
    const Vector image = sums.G * W.col(i);
    const double size = z2 + std::abs(W.col(i).dot(image));
    const double estimate = z2 - 2 * W.col(i).dot(sums.R.col(channel)) + W.col(i).dot(image);
    norms.push_back(2 * std::sqrt(std::max(estimate, 1e-12 * size)));
    squares.push_back(norms.back() * norms.back());
    dots.push_back(norms.back() * std::sqrt(z2) * 1.001);
  }
  ExactSum correlations(features, norms, false);
  ExactSum norm_sums(std::vector<double>{1.0}, squares, false);
  ExactSum dot_sums(std::vector<double>{1.0}, dots, false);
  agree(ranks, [&] {
    Pieces pieces(data, rows);
    Panel rho(pieces.most_rows(), width);
    Panel C(d, width);
    Vector norm2(width);
    Vector dot(width);
    pieces.for_each([&](Index count, bool first, bool last) {
      const Index ld = pieces.leading_dimension();
      if (first) {
        norm2.setZero();
        dot.setZero();
      }
      for (Index i = 0; i < k; ++i) {
        std::copy_n(pieces.targets() + channels[static_cast<std::size_t>(i)] * ld, count,
                    rho.data() + i * rho.leading_dimension());
      }
      blas::gemm(false, false, count, width, d, -1, pieces.phi(), ld, W.data(), d, 1, rho.data(),
                 rho.leading_dimension());
      blas::gemm(true, false, d, width, count, 1, pieces.phi(), ld, rho.data(), rho.leading_dimension(),
                 first ? 0 : 1, C.data(), C.leading_dimension());
      for (Index i = 0; i < k; ++i) {
        const Eigen::Map<const Vector> residual(rho.data() + i * rho.leading_dimension(), count);
        const Eigen::Map<const Vector> z(pieces.targets() + channels[static_cast<std::size_t>(i)] * ld,
                                         count);
        norm2[i] += residual.squaredNorm();
        dot[i] += residual.dot(z);
      }
      if (!last) return;
      for (Index i = k; i < width; ++i) std::fill_n(C.data() + i * C.leading_dimension(), d, 0.0);
      correlations.add(C.data(), C.leading_dimension());
      norm_sums.add(norm2.data(), 1);
      dot_sums.add(dot.data(), 1);
    });
  });
  ClassResiduals residuals;
  residuals.correlations = correlations.total(ranks).leftCols(k);
  residuals.norm2 = norm_sums.total(ranks).row(0).head(k);
  residuals.target_dot = dot_sums.total(ranks).row(0).head(k);
  return residuals;
}

}  // namespace simplicit
