#pragma once

#include <simplicit/base/random.hpp>
#include <simplicit/problem/quadratic_row.hpp>

#include <string>
#include <vector>

namespace simplicit::test {

/// One row problem, by its data. Columns 0 .. states - 1 of Phi are states, then inputs, then the ones of a
/// bias.
struct RowData {
  Matrix phi;                   ///< (m x d)
  Vector z;                     ///< (m)
  std::vector<double> weights;  ///< (d) 0 free, infinity forbidden
  Index ball_columns = 0;
  double kappa = infinity;
  bool bias = false;
};

/// What makes a problem awkward.
enum class Flavour {
  plain,
  zero_columns,
  duplicated_columns,
  badly_scaled,
  unequal_weights,
  forbidden_columns,
  tied_columns,
  dead_target
};
inline constexpr Flavour all_flavours[] = {
    Flavour::plain,           Flavour::zero_columns,      Flavour::duplicated_columns, Flavour::badly_scaled,
    Flavour::unequal_weights, Flavour::forbidden_columns, Flavour::tied_columns,       Flavour::dead_target};

struct RowShape {
  Index samples = 40;
  Index states = 12;
  Index inputs = 8;
  bool bias = false;
  bool in_ball = true;  ///< a row of [A B]; else of [C D]
  double kappa = 0.95;
};

[[nodiscard]] Matrix random_normal(Index rows, Index cols, RandomStream& random);

void spoil_columns(RowData& data, Index states, Flavour flavour, RandomStream& random);

/// A row whose target is a sparse mix of the features and noise; states are non-negative as after a ReLU.
[[nodiscard]] RowData random_row(const RowShape& shape, Flavour flavour, std::uint64_t seed);

/// max_j |phi_j^T (z - mean z)| / weight_j over the penalised columns (the mean with a bias only).
[[nodiscard]] double lambda_max(const RowData& data);

[[nodiscard]] Vector dense(const SparseRow& row, Index features);

[[nodiscard]] SparseRow sparse(const Vector& w);

/// The row seen through its Gram matrix; keeps what the view points to.
class GramRow {
 public:
  explicit GramRow(RowData row);
  GramRow(const GramRow&) = delete;
  GramRow& operator=(const GramRow&) = delete;

  RowData data;
  QuadraticRow problem;

 private:
  Matrix g_;
  Vector r_;
};

[[nodiscard]] std::string text(const RowShape& shape, Flavour flavour, std::uint64_t seed);

}  // namespace simplicit::test
