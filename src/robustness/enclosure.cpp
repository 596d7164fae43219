#include "robustness/enclosure.hpp"

#include "robustness/rounding.hpp"
#include "robustness/sweeps.hpp"

#include <limits>

namespace simplicit {
namespace {

constexpr int most_enclosing_sweeps = 400;
constexpr double enclosing_change_wanted = 1e-9;
constexpr double inflation = 1e-8;

// Gauss-Seidel sweeps for rho = |A| rho + b, from b: the iterates rise.
Matrix nearly_solved(const System& system, const Matrix& b) {
  Matrix rho = b;
  for (int sweep = 0; sweep < most_enclosing_sweeps; ++sweep) {
    const Matrix before = rho;
    for (std::size_t block = 0; block < system.blocks.size(); ++block) {
      rho.middleRows(system.blocks[block].first, system.blocks[block].size) =
          states_sum(system, system.absolute, block, rho, b);
    }
    if (system.feed_forward || ((rho - before).array() <= enclosing_change_wanted * rho.array()).all()) break;
  }
  return rho;
}

// The largest violation of |A| rho + b <= rho in each column, rounding included.
Eigen::RowVectorXd violation(const System& system, const Matrix& b, const Matrix& rho) {
  const Matrix image = all_states_sum(system, system.absolute, rho, b);
  const double rounded = 1 + 2 * gamma<double>(product_terms(system.states));
  return (rounded * image.array() + underflow<double> - rho.array()).matrix().colwise().maxCoeff();
}

}  // namespace

// With w - |A| w >= 1 a violation v is mended by rho + 2 v w: it grows the right side by 2 v more than the
// left.
Matrix enclosing_radii(const System& system, const Matrix& b) {
  Matrix rho = (1 + inflation) * nearly_solved(system, b);
  if (system.states == 0) return rho;
  const Eigen::RowVectorXd missing = violation(system, b, rho).cwiseMax(0);
  rho += 2 * system.contraction * missing;
  const Eigen::RowVectorXd left = violation(system, b, rho);
  for (Index column = 0; column < rho.cols(); ++column) {
    if (!(left[column] <= 0)) rho.col(column).setConstant(std::numeric_limits<double>::infinity());
  }
  return rho;
}

}  // namespace simplicit
