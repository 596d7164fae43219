#include <simplicit/base/error.hpp>
#include <simplicit/path/follow_path.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

void require_positive(const char* flag, double value) {
  if (!(value > 0 && std::isfinite(value))) throw InputError(std::string(flag) + " must be a number above 0");
}

}  // namespace

std::vector<double> lambda_grid(double from, double to, int steps) {
  require_positive("--lambda-rel-from", from);
  require_positive("--lambda-rel-to", to);
  if (steps < 1 || steps > most_path_steps) {
    throw InputError("--steps must lie between 1 and " + std::to_string(most_path_steps));
  }
  if (steps == 1 && from != to) {
    throw InputError("--steps 1 is one penalty: give --lambda-rel-from and --lambda-rel-to the same value");
  }
  const double largest = std::max(from, to);
  const double smallest = std::min(from, to);
  std::vector<double> grid{largest};
  for (int k = 1; k + 1 < steps; ++k) {
    grid.push_back(largest * std::pow(smallest / largest, static_cast<double>(k) / (steps - 1)));
  }
  if (steps > 1) grid.push_back(smallest);
  return grid;
}

}  // namespace simplicit
