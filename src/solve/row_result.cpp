#include <simplicit/solve/row_result.hpp>

namespace simplicit {

std::string name_of(RowStatus status) {
  switch (status) {
    case RowStatus::solved:
      return "solved";
    case RowStatus::tolerance_missed:
      return "tolerance missed";
    case RowStatus::infeasible:
      return "infeasible";
    case RowStatus::numerical_trouble:
      return "numerical trouble";
    case RowStatus::exact_to_rounding:
      return "exact to rounding";
  }
  return "unknown";
}

}  // namespace simplicit
