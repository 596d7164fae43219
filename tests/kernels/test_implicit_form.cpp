#include <simplicit/kernels/implicit_form.hpp>
#include <simplicit/kernels/sparse_forward.hpp>

#include <catch2/catch.hpp>
#include <support/random_programs.hpp>

#include <stdexcept>

using namespace simplicit;
using namespace simplicit::test;
using kernels::ImplicitForm;
using kernels::Pointwise;
using kernels::Program;

namespace {

/// y of one input: A is strictly upper triangular, so the states follow one from the other, the last first.
Vector outputs_of(const ImplicitForm& form, const Vector& u) {
  Vector constant(u.size() + 1);
  constant << u, 1;
  Vector x = Vector::Zero(form.A.rows());
  for (Index i = form.A.rows() - 1; i >= 0; --i) {
    x[i] = apply(form.phi, form.A.row(i).dot(x) + form.B.row(i).dot(constant));
  }
  return form.C * x + form.D * constant;
}

void check_form(const Program& program, Activation phi) {
  require_shapes(program);
  const ImplicitForm form = implicit_form(program);
  CHECK(form.phi == phi);
  for (Index i = 0; i < form.A.rows(); ++i) {
    for (SparseMatrix::InnerIterator entry(form.A, i); entry; ++entry) REQUIRE(entry.col() > i);
  }
  const kernels::ImplicitSize size = implicit_size(program);
  CHECK(size.states == form.A.rows());
  CHECK(size.nonzeros >=
        static_cast<double>(form.A.nonZeros() + form.B.nonZeros() + form.C.nonZeros() + form.D.nonZeros()));
  kernels::SparseForward<double> network(program);
  RandomStream random(5, 900);
  for (int sample = 0; sample < 5; ++sample) {
    Vector u(program.tensors[0].entries());
    for (double& entry : u) entry = random.normal();
    Vector y(network.outputs());
    network.run(u.data(), 1, y.data());
    const Vector written_out = outputs_of(form, u);
    CAPTURE(y.transpose(), written_out.transpose());
    CHECK((y - written_out).norm() <= 1e-12 * y.norm());
  }
}

}  // namespace

TEST_CASE("a network written out for every position has the outputs of the kernels") {
  using Kind = Pointwise::Kind;
  check_form(piecewise_program(1, {Kind::relu, 0, 0}), Activation::relu);
  check_form(piecewise_program(2, {Kind::leaky_relu, leaky_relu_slope, 0}, false), Activation::leaky_relu);
  check_form(piecewise_program(3, {Kind::leaky_relu, 0.3, 0}), Activation::relu);
  check_form(piecewise_program(4, {Kind::clip, 0, 6}), Activation::relu);
  check_form(piecewise_program(5, {Kind::tanh, 0, 0}, false), Activation::tanh);
  check_form(piecewise_program(6, {Kind::sigmoid, 0, 0}, false), Activation::sigmoid);
}

TEST_CASE("the nonzeros of a network written out are those of its places") {
  ProgramBuilder b({1, 4, 4}, 1);
  const std::size_t hidden = b.relu(b.convolution(0, 2, square(3, 1, 1), 1, 1.0));
  const Program program = b.build(b.convolution(b.reshape(hidden, {32, 1, 1}), 3, square(1), 1, 1.0, false));
  const ImplicitForm form = implicit_form(program);
  CHECK(form.A.nonZeros() == 0);
  // 4 places in the middle see 9 pixels, 8 at the edges 6, 4 in the corners 4; and a bias each.
  CHECK(form.B.nonZeros() == 2 * (4 * 9 + 8 * 6 + 4 * 4 + 16));
  CHECK(form.C.nonZeros() == 96);
  CHECK(form.D.nonZeros() == 0);
  CHECK(implicit_size(program).nonzeros == 2 * (4 * 9 + 8 * 6 + 4 * 4 + 16) + 96);
}

TEST_CASE("what is not linear in pieces is refused with the step") {
  CHECK_THROWS_WITH(implicit_form(mixed_program(1)), Catch::Contains("step"));
  CHECK_THROWS_WITH(implicit_form(dense_program(1)), Catch::Contains("neither linear in pieces"));
  ProgramBuilder b({2, 2, 2}, 1);
  const std::size_t first = b.pointwise(b.convolution(0, 2, square(1)), Pointwise::Kind::tanh);
  CHECK_THROWS_WITH(implicit_form(b.build(b.relu(first))),
                    Catch::Contains("relu") && Catch::Contains("tanh"));
  CHECK_THROWS_WITH(implicit_form(b.build(b.softmax(first, false))), Catch::Contains("relu"));
}
