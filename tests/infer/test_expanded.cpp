#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/kernels/implicit_form.hpp>
#include <simplicit/kernels/sparse_forward.hpp>

#include <catch2/catch.hpp>
#include <support/random_programs.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("the fixed point of a network written out equals the kernels' output") {
  const kernels::Program program = piecewise_program(8, {kernels::Pointwise::Kind::relu, 0, 0});
  kernels::ImplicitForm form = implicit_form(program);
  ImplicitModel model;
  model.A = form.A;
  model.B = form.B;
  model.C = form.C;
  model.D = form.D;
  model.bias = true;
  model.kappa = std::numeric_limits<double>::infinity();
  model.state_scale = Vector::Ones(form.A.rows());
  const FixedPoint fixed_point(model, {1e-13, 1000});
  constexpr Index samples = 7;
  RandomStream random(5, 901);
  Matrix U(model.inputs(), samples);
  for (double& entry : U.reshaped()) entry = random.normal();
  const Equilibria reached = fixed_point.equilibria(U);
  CHECK(reached.evidence.converged);
  const Matrix Y = fixed_point.outputs(reached.X, U);
  Matrix by_kernels(model.outputs(), samples);
  kernels::SparseForward<double>(program).run(U.data(), samples, by_kernels.data());
  CHECK((Y - by_kernels).norm() <= 1e-12 * by_kernels.norm());
}
