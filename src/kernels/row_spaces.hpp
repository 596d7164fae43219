#pragma once

#include <simplicit/kernels/implicit_form.hpp>

#include <algorithm>
#include <utility>
#include <vector>

// What an expansion does with the rows it carries from tensor to tensor: count what they hold at most, or
// build them.

namespace simplicit::kernels {

/// The rows that belong to the entries of one tensor: each entry is an affine function of states and inputs.
template <class Space>
using Rows = std::vector<typename Space::Row>;

/// Counts what a row holds at most.
class Counting {
 public:
  using Row = double;  ///< entries

  explicit Counting(Index inputs) : columns_(static_cast<double>(inputs) + 1) {}
  static Row input(Index) { return 1; }
  void add(double, const Row& row) { sum_ += row; }
  void add_constant(double) { sum_ += 1; }
  Row take() { return std::exchange(sum_, 0); }
  Row state(Row row) {
    size_.nonzeros += std::min(row, columns_ + static_cast<double>(size_.states));
    ++size_.states;
    return 1;
  }
  void end_of_states() {}
  ImplicitSize size(const Rows<Counting>& outputs) const {
    ImplicitSize all = size_;
    for (const double row : outputs)
      all.nonzeros += std::min(row, columns_ + static_cast<double>(size_.states));
    return all;
  }

 private:
  double columns_;
  double sum_ = 0;
  ImplicitSize size_;
};

/// Builds the rows: sorted columns, the inputs first, then the constant, then the states as they come up.
class Building {
 public:
  using Row = std::vector<std::pair<Index, double>>;

  explicit Building(Index inputs, Index states)
      : inputs_(inputs), sum_(static_cast<std::size_t>(inputs + 1 + states), 0), used_(sum_.size(), false) {
    groups_.push_back(0);
  }
  static Row input(Index i) { return {{i, 1.0}}; }
  void add(double factor, const Row& row) {
    for (const auto& [column, value] : row) add_to(column, factor * value);
  }
  void add_constant(double value) {
    if (value != 0) add_to(inputs_, value);
  }
  Row take();
  Row state(Row row);
  void end_of_states() {
    if (groups_.back() != std::ssize(states_)) groups_.push_back(std::ssize(states_));
  }

  ImplicitForm form(const Rows<Building>& outputs) const;

 private:
  void add_to(Index column, double value) {
    const auto at = static_cast<std::size_t>(column);
    if (!used_[at]) touched_.push_back(column);
    used_[at] = true;
    sum_[at] += value;
  }

  void fill(SparseMatrix& of_states, SparseMatrix& of_inputs, const std::vector<const Row*>& rows,
            const std::vector<Index>& place) const;

  Index inputs_;
  std::vector<double> sum_;  ///< a dense row
  std::vector<bool> used_;
  std::vector<Index> touched_;
  Rows<Building> states_;
  std::vector<Index> groups_;  ///< where the states of one step begin, and the end
};

}  // namespace simplicit::kernels
