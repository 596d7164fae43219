#include "kernels/row_spaces.hpp"

namespace simplicit::kernels {

Building::Row Building::take() {
  std::sort(touched_.begin(), touched_.end());
  Row row;
  row.reserve(touched_.size());
  for (const Index column : touched_) {
    const auto at = static_cast<std::size_t>(column);
    if (sum_[at] != 0) row.emplace_back(column, sum_[at]);
    sum_[at] = 0;
    used_[at] = false;
  }
  touched_.clear();
  return row;
}

Building::Row Building::state(Row row) {
  // The states of a group do not use each other.
  if (!row.empty() && row.back().first > inputs_ + groups_.back()) end_of_states();
  states_.push_back(std::move(row));
  return {{inputs_ + std::ssize(states_), 1.0}};
}

ImplicitForm Building::form(const Rows<Building>& outputs) const {
  const Index n = std::ssize(states_);
  // The groups of states change their order, the states of a group keep theirs.
  std::vector<Index> place(static_cast<std::size_t>(n));
  std::vector<Index> order;
  for (std::size_t group = groups_.size() - 1; group > 0; --group) {
    for (Index state = groups_[group - 1]; state < groups_[group]; ++state) {
      place[static_cast<std::size_t>(state)] = std::ssize(order);
      order.push_back(state);
    }
  }
  ImplicitForm form;
  form.A.resize(n, n);
  form.B.resize(n, inputs_ + 1);
  form.C.resize(std::ssize(outputs), n);
  form.D.resize(std::ssize(outputs), inputs_ + 1);
  std::vector<const Row*> rows;
  for (const Index state : order) rows.push_back(&states_[static_cast<std::size_t>(state)]);
  fill(form.A, form.B, rows, place);
  rows.clear();
  for (const Row& row : outputs) rows.push_back(&row);
  fill(form.C, form.D, rows, place);
  return form;
}

void Building::fill(SparseMatrix& of_states, SparseMatrix& of_inputs, const std::vector<const Row*>& rows,
                    const std::vector<Index>& place) const {
  std::vector<std::pair<Index, double>> states;
  for (Index i = 0; i < std::ssize(rows); ++i) {
    states.clear();
    of_states.startVec(i);
    of_inputs.startVec(i);
    for (const auto& [column, value] : *rows[static_cast<std::size_t>(i)]) {
      if (column <= inputs_) {
        of_inputs.insertBack(i, column) = value;
      } else {
        states.emplace_back(place[static_cast<std::size_t>(column - inputs_ - 1)], value);
      }
    }
    std::sort(states.begin(), states.end());
    for (const auto& [column, value] : states) of_states.insertBack(i, column) = value;
  }
  of_states.finalize();
  of_inputs.finalize();
}

}  // namespace simplicit::kernels
