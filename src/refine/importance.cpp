#include "refine/importance.hpp"

#include <simplicit/base/activation.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/states/implicit_form.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr Index most_samples = 512;

// Rows of `matrix` at every stride-th sample, (columns x k).
Matrix spread_samples(const StoredMatrix& matrix, Index first_column, Index columns, Index stride, Index k) {
  Matrix samples(columns, k);
  for (Index sample = 0; sample < k; ++sample) {
    Matrix row(1, columns);
    copy_block(matrix, sample * stride, first_column, 1, columns, row.data(), 1);
    samples.col(sample) = row.transpose();
  }
  return samples;
}

Matrix softmax(const Matrix& Y) {
  Matrix P = Y;
  for (Index sample = 0; sample < P.cols(); ++sample) {
    P.col(sample).array() -= P.col(sample).maxCoeff();
    P.col(sample) = P.col(sample).array().exp();
    P.col(sample) /= P.col(sample).sum();
  }
  return P;
}

// Derivatives of output `k` by the pre-activations: g = phi' o (C_k^T + A^T g), (n x samples). A is strictly
// block upper triangular, so that as many sweeps as there are layers make it exact.
Matrix output_gradient(const ImplicitForm& form, const SparseMatrix& A_transposed, const Matrix& slopes,
                       Index output, std::size_t layers) {
  const Vector c = form.C.row(output).transpose();
  const Matrix direct = slopes.array().colwise() * c.array();
  Matrix g = direct;
  for (std::size_t sweep = 1; sweep < layers; ++sweep) {
    g = direct + (slopes.array() * Matrix(A_transposed * g).array()).matrix();
  }
  return g;
}

std::vector<double> fisher_importance(const Mlp& mlp, const StateStore& store) {
  const StatesHeader& header = store.header();
  const Index n = header.states;
  const Index q = header.outputs;
  const Index k = std::min(most_samples, store.phi().rows);
  const Index stride = store.phi().rows / k;
  const Matrix Z = spread_samples(store.targets(), 0, n, stride, k);
  const Matrix P = softmax(spread_samples(store.targets(), n, q, stride, k));
  const Matrix slopes = Z.unaryExpr([&](double z) { return derivative(header.activation, z); });
  const ImplicitForm form = exact_implicit_form(mlp, std::vector<double>(mlp.hidden_layers(), 1.0));
  const SparseMatrix A_transposed = form.A.transpose().sparseView();
  Matrix squares = Matrix::Zero(n, k);  // sum over the outputs of p J^2
  Matrix means = Matrix::Zero(n, k);    // sum over the outputs of p J
  for (Index output = 0; output < q; ++output) {
    const Matrix J = output_gradient(form, A_transposed, slopes, output, mlp.hidden_layers());
    const Matrix weighted = J.array().rowwise() * P.row(output).array();
    squares += weighted.cwiseProduct(J);
    if (q > 1) means += weighted;
  }
  std::vector<double> importance;
  for (Index i = 0; i < n; ++i) {
    const double scale = header.state_scale ? (*header.state_scale)[i] : 1;
    importance.push_back((squares.row(i) - means.row(i).cwiseAbs2()).mean() / (scale * scale));
  }
  for (Index output = 0; output < q; ++output) {
    importance.push_back(q == 1 ? 1 : (P.row(output).array() * (1 - P.row(output).array())).mean());
  }
  return importance;
}

std::vector<double> relative_importance(const StateStore& store) {
  const StoredMatrix targets = store.targets();
  const Index n = store.header().states;
  const double states_an_output = static_cast<double>(n) / static_cast<double>(store.header().outputs);
  std::vector<double> importance;
  Vector z(targets.rows);
  for (Index row = 0; row < targets.cols; ++row) {
    copy_block(targets, 0, row, targets.rows, 1, z.data(), targets.rows);
    const double norm2 = z.squaredNorm();
    const double share = row < n ? 1 : states_an_output;
    importance.push_back(norm2 > 0 ? share / norm2 : 0);
  }
  return importance;
}

}  // namespace

std::vector<double> row_importance(const StateStore& store) {
  if (!store.header().has_baseline) return relative_importance(store);
  const hdf5::File file = hdf5::File::open(store.header().path);
  return fisher_importance(read_baseline_group(file), store);
}

}  // namespace simplicit
