#include <simplicit/base/error.hpp>
#include <simplicit/states/implicit_form.hpp>

#include <string>

namespace simplicit {

ImplicitForm exact_implicit_form(const Mlp& mlp, const std::vector<double>& factors) {
  SIMPLICIT_ASSERT(factors.size() == mlp.hidden_layers(), std::to_string(factors.size()));
  const Index n = mlp.states();
  const Index p = mlp.inputs();
  const Index q = mlp.outputs();
  const Index columns = p + (mlp.bias() ? 1 : 0);
  ImplicitForm form{Matrix::Zero(n, n), Matrix::Zero(n, columns), Matrix::Zero(q, n),
                    Matrix::Zero(q, columns)};

  Index first = n;
  Index first_below = n;
  for (std::size_t k = 0; k < mlp.hidden_layers(); ++k) {
    const Matrix& W = mlp.weights[k];
    first_below = first;
    first -= W.rows();
    if (k == 0) {
      form.B.block(first, 0, W.rows(), p) = factors[0] * W;
    } else {
      form.A.block(first, first_below, W.rows(), W.cols()) = factors[k] / factors[k - 1] * W;
    }
    if (mlp.bias()) form.B.block(first, p, W.rows(), 1) = factors[k] * mlp.biases[k];
  }
  const Matrix& W = mlp.weights.back();
  form.C.leftCols(W.cols()) = W / factors.back();
  if (mlp.bias()) form.D.col(p) = mlp.biases.back();
  return form;
}

}  // namespace simplicit
