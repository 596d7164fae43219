#include "robustness/reduction.hpp"

#include <Eigen/LU>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// Sweeps over the undecided states where they feed back to each other: as many as the growth of |A|^k lets
// shrink to this, within limits.
constexpr double left_over = 1e-4;
constexpr int most_product_sweeps = 100;
constexpr int fewest_sweeps = 6;

// M at some rows and columns, dense.
Matrix entries_at(const SparseMatrix& M, const std::vector<Index>& rows, const std::vector<Index>& columns) {
  std::vector<Index> place(static_cast<std::size_t>(M.cols()), -1);
  for (std::size_t k = 0; k < columns.size(); ++k)
    place[static_cast<std::size_t>(columns[k])] = static_cast<Index>(k);
  Matrix part = Matrix::Zero(std::ssize(rows), std::ssize(columns));
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (SparseMatrix::InnerIterator entry(M, rows[k]); entry; ++entry) {
      const Index column = place[static_cast<std::size_t>(entry.col())];
      if (column >= 0) part(static_cast<Index>(k), column) = entry.value();
    }
  }
  return part;
}

Matrix rows_at(const SparseMatrix& M, const std::vector<Index>& rows, Index width) {
  Matrix part = Matrix::Zero(std::ssize(rows), width);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (SparseMatrix::InnerIterator entry(M, rows[k]); entry; ++entry) {
      part(static_cast<Index>(k), entry.col()) = entry.value();
    }
  }
  return part;
}

// Decided states that are off under ReLU carry nothing and are left out altogether.
void divide_states(const System& system, const StateBounds& bounds, Index column, ReducedSystem& reduced,
                   std::vector<double>& slopes) {
  for (Index i = 0; i < system.states; ++i) {
    const bool linear = system.piecewise_linear && (system.slope == 1 || !bounds.undecided(i, column));
    if (!linear) {
      reduced.undecided.push_back(i);
      continue;
    }
    const double slope = bounds.lower(i, column) >= 0 ? 1 : system.slope;
    if (slope == 0) continue;
    reduced.decided.push_back(i);
    slopes.push_back(slope);
  }
}

int sweeps_with_feedback(const Columns<float>& A) {
  constexpr int powers = 12;
  const Columns<float> absolute = A.cwiseAbs();
  Eigen::VectorXf image = Eigen::VectorXf::Ones(A.rows());
  for (int k = 0; k < powers; ++k) image = absolute * image;
  const double factor = A.rows() > 0 ? std::pow(double{image.maxCoeff()}, 1.0 / powers) : 0;
  if (!(factor < 1)) return most_product_sweeps;
  if (factor == 0) return fewest_sweeps;
  return static_cast<int>(
      std::clamp(std::log(left_over) / std::log(factor), double{fewest_sweeps}, double{most_product_sweeps}));
}

// The longest chain of states that read each other where there is no cycle.
int sweeps_for(const System& system, const Columns<float>& A) {
  if (!system.feed_forward) return sweeps_with_feedback(A);
  const Index u = A.rows();
  std::vector<int> depth(static_cast<std::size_t>(u), 1);
  int deepest = 1;
  for (Index i = 0; i < u; ++i) {
    for (Index j = 0; j < i; ++j) {
      if (A(i, j) != 0) {
        depth[static_cast<std::size_t>(i)] =
            std::max(depth[static_cast<std::size_t>(i)], depth[static_cast<std::size_t>(j)] + 1);
      }
    }
    deepest = std::max(deepest, depth[static_cast<std::size_t>(i)]);
  }
  return deepest;
}

}  // namespace

void ReducedSystem::lifted(const Eigen::Ref<const Eigen::VectorXf>& v, Index pair,
                           Eigen::Ref<Vector> whole) const {
  whole.setZero();
  const Vector of_undecided = v.cast<double>();
  for (std::size_t k = 0; k < undecided.size(); ++k)
    whole[undecided[k]] = of_undecided[static_cast<Index>(k)];
  if (decided.empty()) return;
  const Vector of_decided = lift_constant.col(pair) + lift * of_undecided;
  for (std::size_t k = 0; k < decided.size(); ++k) whole[decided[k]] = of_decided[static_cast<Index>(k)];
}

ReducedSystem reduced_system(const System& system, const InputBoxes& boxes, const StateBounds& bounds,
                             Index column, const std::vector<ClassPair>& pairs) {
  ReducedSystem reduced;
  std::vector<double> slopes;
  divide_states(system, bounds, column, reduced, slopes);
  const Index u = reduced.size();
  const auto decided = std::ssize(reduced.decided);
  const auto count = std::ssize(pairs);

  // [U; the margins] over the decided states, the undecided and the inputs.
  Matrix over_decided(u + count, decided), over_undecided(u + count, u),
      over_inputs(u + count, system.padded_inputs);
  over_decided.topRows(u) = entries_at(system.A, reduced.undecided, reduced.decided);
  over_undecided.topRows(u) = entries_at(system.A, reduced.undecided, reduced.undecided);
  over_inputs.topRows(u) = rows_at(system.B, reduced.undecided, system.padded_inputs);
  for (Index k = 0; k < count; ++k) {
    const ClassPair& pair = pairs[static_cast<std::size_t>(k)];
    const Vector c = system.C_rows.col(pair.label) - system.C_rows.col(pair.other);
    for (Index i = 0; i < decided; ++i)
      over_decided(u + k, i) = c[reduced.decided[static_cast<std::size_t>(i)]];
    for (Index i = 0; i < u; ++i)
      over_undecided(u + k, i) = c[reduced.undecided[static_cast<std::size_t>(i)]];
    over_inputs.row(u + k) = (system.D_rows.col(pair.label) - system.D_rows.col(pair.other)).transpose();
  }
  if (decided > 0) {
    const auto S = Eigen::Map<const Vector>(slopes.data(), decided).asDiagonal();
    const Matrix among =
        Matrix::Identity(decided, decided) - entries_at(system.A, reduced.decided, reduced.decided) * S;
    // T^T = (I - A_PP S)^-T S A_UP^T
    const Matrix T = among.transpose().partialPivLu().solve(S * over_decided.transpose()).transpose();
    over_undecided += T * entries_at(system.A, reduced.decided, reduced.undecided);
    over_inputs += T * rows_at(system.B, reduced.decided, system.padded_inputs);
    reduced.lift = T.topRows(u).transpose();
    reduced.lift_constant = T.bottomRows(count).transpose();
  }
  reduced.A = over_undecided.topRows(u).cast<float>();
  reduced.B = over_inputs.topRows(u).cast<float>();
  reduced.c = over_undecided.bottomRows(count).transpose().cast<float>();
  reduced.d = over_inputs.bottomRows(count).transpose().cast<float>();
  reduced.lower.resize(u);
  reduced.upper.resize(u);
  for (Index i = 0; i < u; ++i) {
    reduced.lower[i] =
        static_cast<float>(bounds.lower(reduced.undecided[static_cast<std::size_t>(i)], column));
    reduced.upper[i] =
        static_cast<float>(bounds.upper(reduced.undecided[static_cast<std::size_t>(i)], column));
  }
  reduced.centre = boxes.centre_single.col(column);
  reduced.radius = boxes.radius_single.col(column);
  reduced.sweeps = sweeps_for(system, reduced.A);
  return reduced;
}

}  // namespace simplicit
