#include "kernels/compiled_form.hpp"
#include <simplicit/kernels/sparse_forward.hpp>

#include <algorithm>

namespace simplicit::kernels {
namespace {

/// Where the tensors of a block take more, single samples are faster: they stay in the caches.
constexpr double most_bytes_together = 64.0 * (1U << 20U);

}  // namespace

template <class T>
struct SparseForward<T>::Impl {
  Program program;
  ConvolutionKernel<T> kernel;
  std::unique_ptr<CompiledForm<T>> together, single;  ///< made when they are used first
  bool fits_together = true;
  double cost_block = 0;
  double cost_sample = 0;

  CompiledForm<T>& form(bool of_block) {
    std::unique_ptr<CompiledForm<T>>& made = of_block ? together : single;
    if (!made) made = std::make_unique<CompiledForm<T>>(program, kernel, of_block);
    return *made;
  }

  [[nodiscard]] Index block() const {
    return kernel.lanes * (has_single_places(program) ? places_at_once : 1);
  }

  /// Whether this many samples, at most a block, are better computed in one.
  [[nodiscard]] bool goes_together(Index samples, Form wanted) const {
    if (wanted != Form::automatic) return wanted == Form::together;
    return fits_together && static_cast<double>(samples) * cost_sample >= cost_block;
  }
};

template <class T>
SparseForward<T>::SparseForward(const Program& program, Instructions instructions)
    : impl_(std::make_unique<Impl>()) {
  impl_->program = program;
  impl_->kernel = convolution_kernel<T>(instructions);
  impl_->fits_together =
      static_cast<double>(tensor_numbers(program, impl_->kernel.lanes)) * sizeof(T) <= most_bytes_together;
  impl_->cost_block = cost_together(program) * (has_single_places(program) ? places_at_once : 1);
  impl_->cost_sample = cost_single(program, impl_->kernel.lanes);
}

template <class T>
SparseForward<T>::SparseForward(SparseForward&&) noexcept = default;
template <class T>
SparseForward<T>& SparseForward<T>::operator=(SparseForward&&) noexcept = default;
template <class T>
SparseForward<T>::~SparseForward() = default;

template <class T>
Index SparseForward<T>::inputs() const {
  return impl_->program.tensors.front().entries();
}

template <class T>
Index SparseForward<T>::outputs() const {
  return impl_->program.tensors[impl_->program.output].entries();
}

template <class T>
Index SparseForward<T>::block() const {
  return impl_->block();
}

template <class T>
void SparseForward<T>::run(const T* U, Index samples, T* Y, Form form) {
  const Index p = inputs();
  const Index q = outputs();
  while (samples > 0) {
    const Index part = std::min(samples, block());
    if (impl_->goes_together(part, form)) {
      impl_->form(true).run(U, part, Y);
    } else {
      for (Index s = 0; s < part; ++s) impl_->form(false).run(U + s * p, 1, Y + s * q);
    }
    U += part * p;
    Y += part * q;
    samples -= part;
  }
}

template class SparseForward<float>;
template class SparseForward<double>;

}  // namespace simplicit::kernels
