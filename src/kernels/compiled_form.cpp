#include "kernels/compiled_form.hpp"

#include "kernels/strided_planes.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/overloaded.hpp>

#include <algorithm>
#include <limits>

namespace simplicit::kernels {
namespace {

template <class T>
std::vector<T> rounded(const std::vector<double>& numbers) {
  return std::vector<T>(numbers.begin(), numbers.end());
}

template <class T>
Finish<T> finish_of(const std::optional<Pointwise>& function) {
  using Kind = typename Finish<T>::Kind;
  Finish<T> finish;
  if (!function) return finish;
  finish.a = static_cast<T>(function->a);
  finish.b = static_cast<T>(function->b);
  finish.kind = function->kind == Pointwise::Kind::relu         ? Kind::relu
                : function->kind == Pointwise::Kind::leaky_relu ? Kind::leaky_relu
                                                                : Kind::clip;
  return finish;
}

}  // namespace

template <class T>
CompiledForm<T>::CompiledForm(const Program& program, const ConvolutionKernel<T>& kernel, bool together)
    : together_(together ? kernel.lanes : 1),
      repeats_(together && has_single_places(program) ? places_at_once : 1),
      kernel_(kernel),
      program_(&program) {
  const std::vector<FusedStep> steps = fused_steps(program);
  plan_ = plan_slots(program, steps, together_, repeats_);
  // Every slot begins at a vector, and behind the last one kernels may read as far as they do beyond a line.
  memory_.assign(static_cast<std::size_t>(plan_.size() + (std::ssize(plan_.slots) + 1) * max_lanes), T{0});
  T* at = memory_.data();
  for (const Placement& slot : plan_.slots) {
    slots_.push_back(at);
    at += (slot.size() + max_lanes - 1) / max_lanes * max_lanes;
  }
  for (const FusedStep& fused : steps) add(fused);
  input_ = tensor(0);
  output_ = tensor(program.output);
  program_ = nullptr;
}

template <class T>
Tensor<T> CompiledForm<T>::tensor(std::size_t index) {
  const std::size_t slot = plan_.slot_of[index];
  const Placement& placement = plan_.slots[slot];
  return {slots_[slot] + placement.origin(), placement.shape, placement.pitch()};
}

template <class T>
void CompiledForm<T>::add(const FusedStep& fused) {
  const Tensor<T> in = tensor(fused.step->inputs[0]);
  const Tensor<T> out = tensor(fused.output);
  const auto call = [&](std::function<void()> step) { calls_.push_back(std::move(step)); };
  std::visit(Overloaded{
                 [&](const SparseConvolution& layer) { add_convolution(fused, layer); },
                 [&](const ScaleChannels& scale) {
                   call([=, factor = rounded<T>(scale.factor), shift = rounded<T>(scale.shift)] {
                     scale_channels(in, factor, shift, out);
                   });
                 },
                 [&](const Combine& step) {
                   call([=, second = tensor(fused.step->inputs[1]), kind = step.kind] {
                     combine(kind, in, second, out);
                   });
                 },
                 [&](const MaxPool& pool) { call([=, window = pool.window] { max_pool(in, window, out); }); },
                 [&](const AveragePool& pool) {
                   call([=, window = pool.window, counts = pool.counts_padding] {
                     average_pool(in, window, counts, out);
                   });
                 },
                 [&](const ZeroPad& pad) {
                   call([=, down = pad.before[0], right = pad.before[1]] { place(in, 0, down, right, out); });
                 },
                 [&](const Reshape&) { call([=] { reshape(in, out); }); },
                 [&](const Concatenate&) {
                   Index channel = 0;
                   for (const std::size_t input : fused.step->inputs) {
                     const Tensor<T> part = tensor(input);
                     call([=] { place(part, channel, 0, 0, out); });
                     channel += part.shape.channels;
                   }
                 },
                 [&](const Pointwise& function) { call([=] { apply(function, in, out); }); },
                 [&](const Softmax& step) {
                   call([=, logarithm = step.logarithm] { softmax(in, logarithm, out); });
                 },
             },
             fused.step->operation);
}

/// offset(input channel, row of the window, column of the window)
template <class T>
template <class Offset>
ConvolutionJob<T> CompiledForm<T>::job_of(const FusedStep& fused, const SparseConvolution& layer,
                                          const Offset& offset) {
  const Tensor<T> in = tensor(fused.step->inputs[0]);
  const Tensor<T> out = tensor(fused.output);
  Weights& held = *weights_.emplace_back(std::make_unique<Weights>());
  held.row_starts.push_back(0);
  const Index columns = layer.window.size[1];
  const Index area = layer.window.size[0] * columns;
  const Index group_outputs = out.shape.channels / layer.groups;
  const Index group_inputs = in.shape.channels / layer.groups;
  for (Index c = 0; c < out.shape.channels; ++c) {
    for (SparseMatrix::InnerIterator entry(layer.W, c); entry; ++entry) {
      const Index tap = entry.col();
      const Index at =
          offset(c / group_outputs * group_inputs + tap / area, tap % area / columns, tap % columns);
      SIMPLICIT_ASSERT(std::abs(at) <= std::numeric_limits<std::int32_t>::max(), std::to_string(at));
      held.offsets.push_back(static_cast<std::int32_t>(at));
      held.weights.push_back(static_cast<T>(entry.value()));
    }
    held.row_starts.push_back(static_cast<std::int32_t>(held.offsets.size()));
    // A sum that starts from +0 never becomes -0 by adding products of zeros.
    held.bias.push_back(layer.bias.empty() ? T{0}
                                           : static_cast<T>(layer.bias[static_cast<std::size_t>(c)]) + T{0});
  }
  ConvolutionJob<T> job;
  job.channels = out.shape.channels;
  job.height = out.shape.height;
  job.width = out.shape.width;
  job.row_starts = held.row_starts.data();
  job.offsets = held.offsets.data();
  job.weights = held.weights.data();
  job.bias = held.bias.data();
  job.in = in.at;
  job.out = out.at;
  job.out_pitch = out.pitch;
  job.finish = finish_of<T>(fused.function);
  if (fused.addend) {
    const Tensor<T> addend = tensor(*fused.addend);
    job.finish.addend = addend.at;
    job.finish.addend_pitch = addend.pitch;
  }
  return job;
}

template <class T>
void CompiledForm<T>::add_convolution(const FusedStep& fused, const SparseConvolution& layer) {
  const Tensor<T> in = tensor(fused.step->inputs[0]);
  const Window& window = layer.window;
  const bool strided = window.stride[0] != 1 || window.stride[1] != 1;
  if (together_ == 1 && strided) {
    const StridedPlanes planes(window, in.shape, tensor(fused.output).shape);
    ConvolutionJob<T> job = job_of(fused, layer, [&](Index channel, Index row, Index column) {
      return planes.offset(channel, row, column);
    });
    T* const gathered =
        gathered_
            .emplace_back(std::make_unique<Memory>(static_cast<std::size_t>(planes.size() + max_lanes), T{0}))
            ->data();
    job.in = gathered;
    job.in_step = {0, planes.width, 1};
    calls_.push_back([=] { planes.gather(in, gathered); });
    line_.resize(std::max(line_.size(), static_cast<std::size_t>(line_room(job))));
    calls_.push_back([this, job] { kernel_.single(job, line_.data()); });
    return;
  }
  ConvolutionJob<T> job = job_of(fused, layer, [&](Index channel, Index row, Index column) {
    return channel * in.pitch.channel + (row * window.dilation[0] - window.before[0]) * in.pitch.row +
           (column * window.dilation[1] - window.before[1]) * in.pitch.column;
  });
  job.in_step = {0, window.stride[0] * in.pitch.row, window.stride[1] * in.pitch.column};
  if (together_ > 1) {
    calls_.push_back([this, job] { kernel_.together(job); });
  } else {
    line_.resize(std::max(line_.size(), static_cast<std::size_t>(line_room(job))));
    calls_.push_back([this, job] { kernel_.single(job, line_.data()); });
  }
}

template <class T>
void CompiledForm<T>::run(const T* U, Index samples, T* Y) {
  SIMPLICIT_ASSERT(samples >= 1 && samples <= block(), std::to_string(samples));
  // Sample s lies in number s % together of column s / together of a plane's `repeats` columns.
  const auto visit = [&](const Tensor<T>& tensor, const auto& entry_and_number) {
    const Index width = tensor.shape.width / repeats_;
    Index entry = 0;
    for (Index c = 0; c < tensor.shape.channels; ++c) {
      for (Index y = 0; y < tensor.shape.height; ++y) {
        for (Index x = 0; x < width; ++x, ++entry) {
          entry_and_number(
              entry, tensor.at + c * tensor.pitch.channel + y * tensor.pitch.row + x * tensor.pitch.column);
        }
      }
    }
  };
  const Index inputs = input_.shape.entries() / repeats_;
  const Index outputs = output_.shape.entries() / repeats_;
  visit(input_, [&](Index entry, T* numbers) {
    for (Index s = 0; s < samples; ++s) numbers[s] = U[s * inputs + entry];
    std::fill(numbers + samples, numbers + block(), T{0});
  });
  for (const std::function<void()>& call : calls_) call();
  visit(output_, [&](Index entry, const T* numbers) {
    for (Index s = 0; s < samples; ++s) Y[s * outputs + entry] = numbers[s];
  });
}

template class CompiledForm<float>;
template class CompiledForm<double>;

Index tensor_numbers(const Program& program, Index together) {
  const Index repeats = together > 1 && has_single_places(program) ? places_at_once : 1;
  return plan_slots(program, fused_steps(program), together, repeats).size();
}

namespace {

/// sum over the steps of: nonzeros * `convolution` of it, or the entries of what it writes.
template <class Work>
double cost(const Program& program, const Work& convolution) {
  double sum = 0;
  for (const FusedStep& fused : fused_steps(program)) {
    const PlaneShape& in = program.tensors[fused.step->inputs[0]];
    const PlaneShape& out = program.tensors[fused.output];
    sum += static_cast<double>(out.entries());
    if (const auto* layer = std::get_if<SparseConvolution>(&fused.step->operation)) {
      sum += static_cast<double>(layer->W.nonZeros()) * convolution(in, out, layer->window);
    }
  }
  return sum;
}

}  // namespace

double cost_together(const Program& program) {
  return cost(program, [](const PlaneShape&, const PlaneShape& out, const Window&) {
    return static_cast<double>(out.height * out.width);
  });
}

double cost_single(const Program& program, Index lanes) {
  return cost(program, [&](const PlaneShape&, const PlaneShape& out, const Window& window) {
    const Index line = (out.height - 1) * (out.width + window.before[1] + window.after[1]) + out.width;
    return static_cast<double>((line + lanes - 1) / lanes);
  });
}

}  // namespace simplicit::kernels
