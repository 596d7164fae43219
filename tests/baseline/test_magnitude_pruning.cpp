#include <simplicit/baseline/magnitude_pruning.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

namespace {

Mlp small_mlp(bool bias) {
  Mlp mlp;
  mlp.weights = {(Matrix(2, 2) << 1, -5, 3, 0.5).finished(), (Matrix(1, 2) << -4, 2).finished()};
  if (bias) mlp.biases = {(Vector(2) << 0.1, -0.2).finished(), (Vector(1) << 0.3).finished()};
  return mlp;
}

Index nonzeros(const Mlp& mlp) {
  Index count = 0;
  for (const Matrix& W : mlp.weights) count += (W.array() != 0).count();
  for (const Vector& b : mlp.biases) count += (b.array() != 0).count();
  return count;
}

}  // namespace

TEST_CASE("the largest weights of all layers together stay") {
  const Mlp pruned = magnitude_pruned(small_mlp(false), 3);
  CHECK(pruned.weights[0] == (Matrix(2, 2) << 0, -5, 3, 0).finished());
  CHECK(pruned.weights[1] == (Matrix(1, 2) << -4, 0).finished());
  CHECK(nonzeros(magnitude_pruned(small_mlp(false), 0)) == 0);
  CHECK(nonzeros(magnitude_pruned(small_mlp(false), 100)) == 6);
}

TEST_CASE("biases stay before weights and count") {
  const Mlp pruned = magnitude_pruned(small_mlp(true), 4);
  CHECK(pruned.biases[0] == small_mlp(true).biases[0]);
  CHECK(pruned.biases[1] == small_mlp(true).biases[1]);
  CHECK(pruned.weights[0] == (Matrix(2, 2) << 0, -5, 0, 0).finished());
  CHECK(nonzeros(pruned) == 4);
  const Mlp few = magnitude_pruned(small_mlp(true), 1);
  CHECK(nonzeros(few) == 1);
  CHECK(few.biases[1](0) == 0.3);
}

TEST_CASE("equal weights stay in the order of the layers") {
  Mlp mlp;
  mlp.weights = {Matrix::Ones(2, 2), Matrix::Ones(1, 2)};
  const Mlp pruned = magnitude_pruned(mlp, 3);
  CHECK(pruned.weights[0] == (Matrix(2, 2) << 1, 1, 1, 0).finished());
  CHECK(nonzeros(pruned) == 3);
}
