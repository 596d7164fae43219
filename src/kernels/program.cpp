#include <simplicit/base/overloaded.hpp>
#include <simplicit/kernels/program.hpp>

#include <fmt/format.h>

#include <stdexcept>

namespace simplicit::kernels {
namespace {

/// Checks the steps of a program one by one.
class Shapes {
 public:
  explicit Shapes(const Program& program) : program_(program), written_(program.tensors.size(), false) {}

  void check() {
    require(!program_.tensors.empty() && program_.output < program_.tensors.size(),
            "the output is no tensor");
    for (const PlaneShape& shape : program_.tensors) {
      require(shape.channels > 0 && shape.height > 0 && shape.width > 0, "a tensor is empty");
    }
    written_[0] = true;
    for (number_ = 0; number_ < program_.steps.size(); ++number_) {
      const Step& step = program_.steps[number_];
      require(!step.inputs.empty() && step.output < program_.tensors.size(), "tensors are missing");
      for (const std::size_t input : step.inputs) {
        require(input < program_.tensors.size() && written_[input], "an input is not computed before");
      }
      require(!written_[step.output], "its output is computed twice");
      written_[step.output] = true;
      std::visit(*this, step.operation);
    }
    require(written_[program_.output], "the output is never computed");
  }

  void operator()(const SparseConvolution& layer) const {
    one_input();
    require(layer.groups > 0 && in().channels % layer.groups == 0 && out().channels % layer.groups == 0,
            "groups do not divide the channels");
    require(layer.W.rows() == out().channels, "W has not a row a channel");
    require(layer.W.cols() == in().channels / layer.groups * layer.window.size[0] * layer.window.size[1],
            "W has not a column a tap");
    require(layer.W.isCompressed(), "W is not compressed");
    require(layer.bias.empty() || static_cast<Index>(layer.bias.size()) == out().channels,
            "there is not a bias a channel");
    slides(layer.window);
  }
  void operator()(const ScaleChannels& scale) const {
    same_shape();
    require(static_cast<Index>(scale.factor.size()) == out().channels &&
                scale.shift.size() == scale.factor.size(),
            "there is not a factor and a shift a channel");
  }
  void operator()(const Combine&) const {
    require(step().inputs.size() == 2, "two inputs are needed");
    require(in() == out(), "the first input has not the output's shape");
    const PlaneShape& second = program_.tensors[step().inputs[1]];
    require(second == out() || second == PlaneShape{out().channels, 1, 1},
            "the second input has neither the output's shape nor a number a channel");
  }
  void operator()(const MaxPool& pool) const { pools(pool.window); }
  void operator()(const AveragePool& pool) const { pools(pool.window); }
  void operator()(const ZeroPad& pad) const {
    one_input();
    require(pad.before[0] >= 0 && pad.before[1] >= 0 && pad.after[0] >= 0 && pad.after[1] >= 0,
            "padding is negative");
    require(out() == PlaneShape{in().channels, in().height + pad.before[0] + pad.after[0],
                                in().width + pad.before[1] + pad.after[1]},
            "the output has not the padded size");
  }
  void operator()(const Reshape&) const {
    one_input();
    require(in().entries() == out().entries(), "the numbers of entries differ");
  }
  void operator()(const Concatenate&) const {
    Index channels = 0;
    for (const std::size_t input : step().inputs) {
      const PlaneShape& part = program_.tensors[input];
      require(part.height == out().height && part.width == out().width, "planes differ in size");
      channels += part.channels;
    }
    require(channels == out().channels, "the channels do not add up");
  }
  void operator()(const Pointwise&) const { same_shape(); }
  void operator()(const Softmax&) const { same_shape(); }

 private:
  void require(bool holds, const char* fault) const {
    if (!holds) throw std::invalid_argument(fmt::format("step {}: {}", number_, fault));
  }
  [[nodiscard]] const Step& step() const { return program_.steps[number_]; }
  [[nodiscard]] const PlaneShape& in() const { return program_.tensors[step().inputs[0]]; }
  [[nodiscard]] const PlaneShape& out() const { return program_.tensors[step().output]; }

  void one_input() const { require(step().inputs.size() == 1, "one input is needed"); }
  void same_shape() const {
    one_input();
    require(in() == out(), "input and output differ in shape");
  }
  void pools(const Window& window) const {
    one_input();
    require(in().channels == out().channels, "the numbers of channels differ");
    slides(window);
  }
  /// As many places as the output has must lie on the padded plane, and each window must meet it.
  void slides(const Window& window) const {
    const std::array<Index, 2> planes{in().height, in().width};
    const std::array<Index, 2> places{out().height, out().width};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      require(window.size[axis] > 0 && window.stride[axis] > 0 && window.dilation[axis] > 0 &&
                  window.before[axis] >= 0 && window.after[axis] >= 0,
              "the window is not one");
      const Index last =
          (places[axis] - 1) * window.stride[axis] + (window.size[axis] - 1) * window.dilation[axis];
      require(last < window.before[axis] + planes[axis] + window.after[axis],
              "windows leave the padded plane");
    }
  }

  const Program& program_;
  std::vector<bool> written_;
  std::size_t number_ = 0;
};

}  // namespace

void require_shapes(const Program& program) {
  Shapes(program).check();
}

Index nonzeros(const Program& program) {
  Index count = 0;
  for (const Step& step : program.steps) {
    const auto* layer = std::get_if<SparseConvolution>(&step.operation);
    if (layer == nullptr) continue;
    count += layer->W.nonZeros();
    for (const double constant : layer->bias) count += constant != 0 ? 1 : 0;
  }
  return count;
}

}  // namespace simplicit::kernels
