#include "refine/choose_supports.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace simplicit {

SupportChoice choose_supports(const std::vector<RowPrices>& priced, Index budget) {
  struct Weight {
    double price;
    std::size_t row;
    int column;
  };
  std::vector<Weight> weights;
  for (std::size_t row = 0; row < priced.size(); ++row) {
    for (std::size_t k = 0; k < priced[row].columns.size(); ++k) {
      weights.push_back({priced[row].prices[k], row, priced[row].columns[k]});
    }
  }
  std::sort(weights.begin(), weights.end(), [](const Weight& a, const Weight& b) {
    return std::tuple(-a.price, a.row, a.column) < std::tuple(-b.price, b.row, b.column);
  });
  if (static_cast<Index>(weights.size()) > budget) weights.resize(static_cast<std::size_t>(budget));
  SupportChoice choice;
  choice.supports.resize(priced.size());
  for (const Weight& weight : weights) choice.supports[weight.row].push_back(weight.column);
  for (std::vector<int>& support : choice.supports) std::sort(support.begin(), support.end());
  if (!weights.empty()) choice.price = weights.back().price;
  return choice;
}

Index difference_between(const Supports& a, const Supports& b) {
  Index difference = 0;
  for (std::size_t row = 0; row < a.size(); ++row) {
    std::vector<int> only_one;
    std::set_symmetric_difference(a[row].begin(), a[row].end(), b[row].begin(), b[row].end(),
                                  std::back_inserter(only_one));
    difference += static_cast<Index>(only_one.size());
  }
  return difference;
}

}  // namespace simplicit
