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
  }
  return "unknown";
}

}  // namespace simplicit
