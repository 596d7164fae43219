#include "infer/adjoint_system.hpp"
#include "infer/lanes.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/infer/implicit_gradient.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// The constant input of a bias is not an input to derive by.
SparseMatrix transposed_inputs(const SparseMatrix& M, Index inputs) {
  return SparseMatrix(SparseMatrix(M.leftCols(inputs)).transpose());
}

void multiply(const SparseMatrix& M, const Lanes& x, Lanes& out) {
  out.shape(M.rows(), x.width());
  out.set_zero();
  lane_kernels().add_product(x.width(), rows_of(M), x.data(), out.data());
}

}  // namespace

struct ImplicitGradient::Impl {
  Activation activation;
  AdjointSystem adjoint;
  SparseMatrix B_transposed, C_transposed, D_transposed;
  double largest_column_of_B;                       // ‖B‖_1, without the column of the constant
  Lanes slopes, by_outputs, sources, V, by_inputs;  // of the group at hand

  Impl(const ImplicitModel& model, const AdjointSettings& settings)
      : activation(model.activation),
        adjoint(model.A, settings),
        B_transposed(transposed_inputs(model.B, model.inputs())),
        C_transposed(model.C.transpose()),
        D_transposed(transposed_inputs(model.D, model.inputs())),
        largest_column_of_B((B_transposed.cwiseAbs() * Vector::Ones(model.states())).maxCoeff()) {
    if (!increasing(activation)) {
      throw InputError("gradients need a function that never falls, the model has " + name_of(activation));
    }
    for (SparseMatrix* M : {&B_transposed, &C_transposed, &D_transposed}) M->makeCompressed();
  }

  void derive_group(const Matrix& X, const Matrix& g, Index first, Index count, InputGradient& gradient);
};

// `slopes` <- phi' at the pre-activations, which follows from the states.
void ImplicitGradient::Impl::derive_group(const Matrix& X, const Matrix& g, Index first, Index count,
                                          InputGradient& gradient) {
  const int width = width_for(count);
  slopes.shape(X.rows(), width);
  slopes.read(X, first, count);
  std::transform(slopes.data(), slopes.data() + slopes.rows() * width, slopes.data(),
                 [this](double x) { return derivative_at_value(activation, x); });
  by_outputs.shape(g.rows(), width);
  by_outputs.read(g, first, count);
  multiply(C_transposed, by_outputs, sources);
  V.shape(X.rows(), width);
  alignas(64) double error_bound[wide_width];
  gradient.converged = adjoint.solve(slopes, sources, V, error_bound) && gradient.converged;
  multiply(D_transposed, by_outputs, by_inputs);
  lane_kernels().add_product(width, rows_of(B_transposed), V.data(), by_inputs.data());
  by_inputs.write(gradient.by_inputs, first, count);
  for (Index sample = 0; sample < count; ++sample) {
    gradient.error_bound[first + sample] = largest_column_of_B * error_bound[sample];
  }
}

ImplicitGradient::ImplicitGradient(const ImplicitModel& model, const AdjointSettings& settings)
    : impl_(std::make_unique<Impl>(model, settings)) {}
ImplicitGradient::~ImplicitGradient() = default;
ImplicitGradient::ImplicitGradient(ImplicitGradient&&) noexcept = default;

InputGradient ImplicitGradient::operator()(const Matrix& X, const Matrix& by_outputs) const {
  InputGradient gradient{Matrix(impl_->B_transposed.rows(), X.cols()), Vector(X.cols())};
  for (Index first = 0; first < X.cols(); first += wide_width) {
    impl_->derive_group(X, by_outputs, first, std::min<Index>(wide_width, X.cols() - first), gradient);
  }
  return gradient;
}

}  // namespace simplicit
