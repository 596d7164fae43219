#include "kernels/placement.hpp"

#include <algorithm>
#include <numeric>

namespace simplicit::kernels {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

bool is_one_place(const Window& window) {
  using Pair = std::array<Index, 2>;
  return window.size == Pair{1, 1} && window.before == Pair{0, 0} && window.after == Pair{0, 0};
}

/// How far the windows of a convolution hang over a plane of this size.
void widen(Placement& placement, const Window& window, const PlaneShape& output) {
  const std::array<Index, 2> planes{placement.shape.height, placement.shape.width};
  const std::array<Index, 2> places{output.height, output.width};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Index last = (places[axis] - 1) * window.stride[axis] +
                       (window.size[axis] - 1) * window.dilation[axis] - window.before[axis];
    placement.before[axis] = std::max(placement.before[axis], window.before[axis]);
    placement.after[axis] = std::max(placement.after[axis], last - (planes[axis] - 1));
  }
}

}  // namespace

Index SlotPlan::size() const {
  return std::accumulate(slots.begin(), slots.end(), Index{0},
                         [](Index sum, const Placement& slot) { return sum + slot.size(); });
}

SlotPlan plan_slots(const Program& program, const std::vector<FusedStep>& steps, Index together,
                    Index repeats) {
  std::vector<Placement> wanted(program.tensors.size());
  for (std::size_t tensor = 0; tensor < wanted.size(); ++tensor) {
    wanted[tensor].shape = program.tensors[tensor];
    wanted[tensor].shape.width *= repeats;
    wanted[tensor].together = together;
  }
  std::vector<std::size_t> last_read(program.tensors.size(), 0);
  last_read[program.output] = steps.size();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::size_t tensor : read_by(steps[i])) last_read[tensor] = std::max(last_read[tensor], i);
    if (const auto* convolution = std::get_if<SparseConvolution>(&steps[i].step->operation)) {
      widen(wanted[steps[i].step->inputs[0]], convolution->window, wanted[steps[i].output].shape);
    }
  }

  SlotPlan plan;
  plan.slot_of.assign(program.tensors.size(), nowhere);
  std::vector<bool> is_free;
  const auto take = [&](std::size_t tensor) {
    std::size_t slot = 0;
    while (slot < plan.slots.size() && !(is_free[slot] && plan.slots[slot] == wanted[tensor])) ++slot;
    if (slot == plan.slots.size()) {
      plan.slots.push_back(wanted[tensor]);
      is_free.push_back(false);
    }
    is_free[slot] = false;
    plan.slot_of[tensor] = slot;
  };
  take(0);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    take(steps[i].output);
    for (const std::size_t tensor : read_by(steps[i])) {
      if (last_read[tensor] == i) is_free[plan.slot_of[tensor]] = true;
    }
  }
  return plan;
}

bool has_single_places(const Program& program) {
  const bool planes = std::ranges::all_of(
      program.tensors, [](const PlaneShape& shape) { return shape.height == 1 && shape.width == 1; });
  return planes && std::ranges::all_of(program.steps, [](const Step& step) {
           if (const auto* layer = std::get_if<SparseConvolution>(&step.operation))
             return is_one_place(layer->window);
           if (const auto* pool = std::get_if<MaxPool>(&step.operation)) return is_one_place(pool->window);
           if (const auto* pool = std::get_if<AveragePool>(&step.operation))
             return is_one_place(pool->window);
           return true;
         });
}

}  // namespace simplicit::kernels
