#include <simplicit/model/implicit_model.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace simplicit;

namespace {

RowResult row(Index number, std::vector<int> columns, std::vector<double> values) {
  RowResult result;
  result.row = number;
  result.columns = std::move(columns);
  result.values = std::move(values);
  result.primal = 10.0 + static_cast<double>(number);
  result.iterations = static_cast<int>(number);
  return result;
}

}  // namespace

TEST_CASE("Rows in any order become A, B, C, D with the constant as the last column of B and D") {
  // n = 2, p = 3, q = 1: columns 0-1 are states, 2-4 inputs, 5 the constant
  const std::vector<RowResult> rows{row(2, {0, 3, 5}, {1, 2, 3}), row(0, {1, 2}, {0.25, -4}),
                                    row(1, {0, 4, 5}, {0, 5, 6})};
  const ImplicitModel model = assemble({2, 3, 1, true}, 0.5, rows);

  CHECK(Matrix(model.A) == (Matrix(2, 2) << 0, 0.25, 0, 0).finished());
  CHECK(Matrix(model.B) == (Matrix(2, 4) << -4, 0, 0, 0, 0, 0, 5, 6).finished());
  CHECK(Matrix(model.C) == (Matrix(1, 2) << 1, 0).finished());
  CHECK(Matrix(model.D) == (Matrix(1, 4) << 0, 2, 0, 3).finished());
  CHECK(model.states() == 2);
  CHECK(model.inputs() == 3);
  CHECK(model.outputs() == 1);
  CHECK(model.nonzeros() == 7);  // the explicit zero of row 1 is not kept
  CHECK(model.rows.nonzeros == std::vector<std::int64_t>{2, 2, 3});
  CHECK(model.rows.primal == std::vector<double>{10, 11, 12});
  CHECK(model.rows.iterations == std::vector<std::int64_t>{0, 1, 2});
  CHECK_FALSE(model.kept());
}

TEST_CASE("A row of A outside the ball by rounding is scaled back, every other weight stays as it is") {
  const double kappa = 0.95;
  const double too_large = kappa * (1 + 1e-10) / 3;
  const ImplicitModel model =
      assemble({3, 1, 1, false}, kappa,
               {row(0, {0, 1, 2, 3}, {too_large, -too_large, too_large, 7}),
                row(1, {0}, {kappa * (1 + 5e-13)}), row(2, {}, {}), row(3, {0, 3}, {5, 6})});
  CHECK(model.norm_a_inf() <= kappa * (1 + 1e-12));
  CHECK(model.A.coeff(0, 1) == Approx(-kappa / 3).epsilon(1e-12));
  CHECK(model.A.coeff(1, 0) == kappa * (1 + 5e-13));  // allowed as written
  CHECK(model.B.coeff(0, 0) == 7);
  CHECK(model.C.coeff(0, 0) == 5);  // no ball for rows of C
}

TEST_CASE("Kept weights are counted against the parameters of the baseline") {
  ImplicitModel model = assemble({1, 1, 1, false}, 0.5, {row(0, {0, 1}, {0.1, 1}), row(1, {1}, {1})});
  model.baseline_parameters = 12;
  CHECK(model.kept() == 3.0 / 12.0);
}

TEST_CASE("Sizes that do not fit a model are refused, naming both files") {
  ImplicitModel model = assemble({1, 2, 1, true}, 0.5, {row(0, {}, {}), row(1, {}, {})});
  CHECK_NOTHROW(require_fit(model, {1, 2, 1, true}, Activation::relu, "t.h5", "m.h5"));
  const std::vector<ModelShape> misfits{{2, 2, 1, true}, {1, 3, 1, true}, {1, 2, 2, true}, {1, 2, 1, false}};
  for (const ModelShape& shape : misfits) {
    CHECK_THROWS_WITH(require_fit(model, shape, Activation::relu, "t.h5", "m.h5"),
                      Catch::Contains("t.h5") && Catch::Contains("m.h5"));
  }
  CHECK_THROWS_WITH(require_fit(model, {1, 2, 1, true}, Activation::tanh, "t.h5", "m.h5"),
                    Catch::Contains("activation tanh"));
}
