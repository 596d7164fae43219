#pragma once

#include "kernels/convolution_kernel.hpp"
#include "kernels/fused_steps.hpp"

#include <vector>

namespace simplicit::kernels {

/// Where the entries of one sample's tensor lie: planes with a border of zeros that convolutions read where
/// their windows hang over the edge, so that no kernel asks where it is.
struct Placement {
  PlaneShape shape;
  std::array<Index, 2> before{0, 0};  ///< zeros above and left
  std::array<Index, 2> after{0, 0};   ///< below and right
  Index together = 1;                 ///< numbers an entry: samples side by side

  [[nodiscard]] Pitch pitch() const {
    const Index row = (before[1] + shape.width + after[1]) * together;
    return {(before[0] + shape.height + after[0]) * row, row, together};
  }
  /// Where entry (0, 0, 0) lies.
  [[nodiscard]] Index origin() const { return before[0] * pitch().row + before[1] * pitch().column; }
  /// Of everything, in numbers.
  [[nodiscard]] Index size() const { return shape.channels * pitch().channel; }
  friend bool operator==(const Placement&, const Placement&) = default;
};

/// How the tensors of a program share memory: each tensor that is written has a slot, and slots that nobody
/// reads any more are used again by tensors of the same placement, whose borders are then zero already.
struct SlotPlan {
  std::vector<Placement> slots;
  std::vector<std::size_t> slot_of;  ///< of every tensor that a fused step reads or writes

  [[nodiscard]] Index size() const;  ///< of all slots, in numbers
};

/// `together` samples an entry. `repeats` > 1 lays that many samples side by side in the width of planes that
/// have one place.
[[nodiscard]] SlotPlan plan_slots(const Program& program, const std::vector<FusedStep>& steps, Index together,
                                  Index repeats);

/// Whether no step looks from one place of a plane to another because all planes have one.
[[nodiscard]] bool has_single_places(const Program& program);

}  // namespace simplicit::kernels
