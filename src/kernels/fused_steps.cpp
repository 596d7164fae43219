#include "kernels/fused_steps.hpp"

#include <algorithm>

namespace simplicit::kernels {
namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

class Fusion {
 public:
  explicit Fusion(const Program& program)
      : program_(program), readers_(program.tensors.size(), 0), writer_(program.tensors.size(), nobody) {
    for (const Step& step : program.steps) {
      for (const std::size_t tensor : step.inputs) ++readers_[tensor];
    }
    ++readers_[program.output];
  }

  std::vector<FusedStep> run() {
    for (const Step& step : program_.steps) {
      const std::size_t into = joined_by(step);
      writer_[step.output] = into == nobody ? fused_.size() : into;
      if (into == nobody)
        fused_.push_back({&step, {}, {}, step.output});
      else
        fused_[into].output = step.output;
    }
    return std::move(fused_);
  }

 private:
  /// The convolution that takes the step over, where there is one.
  std::size_t joined_by(const Step& step) {
    if (const auto* combine = std::get_if<Combine>(&step.operation)) {
      if (combine->kind != Combine::Kind::sum || shape(step.inputs[0]) != shape(step.inputs[1]))
        return nobody;
      if (takes_addend(step.inputs[0], step.inputs[1])) return with_addend(step.inputs[0], step.inputs[1]);
      if (takes_addend(step.inputs[1], step.inputs[0])) return with_addend(step.inputs[1], step.inputs[0]);
    }
    if (const auto* function = std::get_if<Pointwise>(&step.operation)) {
      using Kind = Pointwise::Kind;
      const bool simple =
          function->kind == Kind::relu || function->kind == Kind::leaky_relu || function->kind == Kind::clip;
      if (simple && ends_in_convolution(step.inputs[0])) {
        fused_[writer_[step.inputs[0]]].function = *function;
        return writer_[step.inputs[0]];
      }
    }
    return nobody;
  }

  [[nodiscard]] const PlaneShape& shape(std::size_t tensor) const { return program_.tensors[tensor]; }

  /// Whether nobody else reads the tensor and it comes out of a convolution that no function follows yet.
  [[nodiscard]] bool ends_in_convolution(std::size_t tensor) const {
    if (writer_[tensor] == nobody || readers_[tensor] != 1) return false;
    const FusedStep& writer = fused_[writer_[tensor]];
    return std::holds_alternative<SparseConvolution>(writer.step->operation) && !writer.function;
  }

  /// The addend must be there when the convolution runs.
  [[nodiscard]] bool takes_addend(std::size_t sum, std::size_t addend) const {
    if (sum == addend || !ends_in_convolution(sum) || fused_[writer_[sum]].addend) return false;
    return writer_[addend] == nobody || writer_[addend] < writer_[sum];
  }

  std::size_t with_addend(std::size_t sum, std::size_t addend) {
    fused_[writer_[sum]].addend = addend;
    return writer_[sum];
  }

  const Program& program_;
  std::vector<int> readers_;
  std::vector<std::size_t> writer_;  ///< of every tensor, among fused_; nobody for the input
  std::vector<FusedStep> fused_;
};

}  // namespace

std::vector<FusedStep> fused_steps(const Program& program) {
  return Fusion(program).run();
}

std::vector<std::size_t> read_by(const FusedStep& fused) {
  std::vector<std::size_t> tensors = fused.step->inputs;
  if (fused.addend) tensors.push_back(*fused.addend);
  return tensors;
}

}  // namespace simplicit::kernels
