#include "evaluate/certified_radius.hpp"

#include "evaluate/output_comparison.hpp"

#include <algorithm>
#include <limits>

namespace simplicit {
namespace {

// 2^-30: far above the rounding of the sums that make up outputs and sensitivities, far below usual margins.
constexpr double rounding = 1.0 / (1LL << 30);

double radius_against(double margin, double largest_output, double uncertainty, double slope) {
  const double sure = margin - uncertainty - rounding * largest_output;
  if (sure <= 0) return 0;
  return slope > 0 ? sure / (slope * (1 + rounding)) : std::numeric_limits<double>::infinity();
}

// Sums of the absolute entries of each row of the first `cols` columns.
Vector absolute_row_sums(const SparseMatrix& M, Index cols) {
  return M.leftCols(cols).cwiseAbs() * Vector::Ones(cols);
}

}  // namespace

std::vector<double> certified_radii(const Matrix& Y, const Vector& error_bound,
                                    const Sensitivity& sensitivity) {
  const std::vector<int> decided = decisions(Y);
  std::vector<double> radii(decided.size(), std::numeric_limits<double>::infinity());
  for (Index sample = 0; sample < Y.cols(); ++sample) {
    const auto place = static_cast<std::size_t>(sample);
    const Index l = decided[place];
    const double largest = Y.col(sample).cwiseAbs().maxCoeff();
    for (Index k = 0; k < Y.rows(); ++k) {
      if (k == l) continue;
      const double uncertainty = sensitivity.margin_of_state(l, k) * error_bound[sample];
      radii[place] = std::min(radii[place], radius_against(Y(l, sample) - Y(k, sample), largest, uncertainty,
                                                           sensitivity.pairwise(l, k)));
    }
  }
  return radii;
}

double median(std::vector<double> radii) {
  if (radii.empty()) return 0;
  std::ranges::sort(radii);
  const std::size_t middle = radii.size() / 2;
  return radii.size() % 2 == 1 ? radii[middle] : (radii[middle - 1] + radii[middle]) / 2;
}

Sensitivity sensitivity(const ImplicitModel& model, const ResolventBound& resolvent) {
  const Vector state_moves = resolvent.apply(absolute_row_sums(model.B, model.inputs()));
  const Matrix C = model.C;
  const Matrix D = SparseMatrix(model.D.leftCols(model.inputs()));
  const Index q = model.outputs();
  Sensitivity result{C.cwiseAbs() * state_moves + absolute_row_sums(model.D, model.inputs()),
                     Matrix::Zero(q, q), Matrix::Zero(q, q)};
  for (Index l = 0; l < q; ++l) {
    for (Index k = 0; k < q; ++k) {
      if (k == l) continue;
      const Eigen::RowVectorXd difference = (C.row(l) - C.row(k)).cwiseAbs();
      result.pairwise(l, k) = difference * state_moves + (D.row(l) - D.row(k)).cwiseAbs().sum();
      result.margin_of_state(l, k) = difference.sum();
    }
  }
  return result;
}

}  // namespace simplicit
