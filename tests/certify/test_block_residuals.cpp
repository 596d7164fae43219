#include <simplicit/certify/block_residuals.hpp>

#include <catch2/catch.hpp>
#include <support/reference_certificate.hpp>

#include <cstring>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// A matrix stored in either precision, in columns that start at 64-byte boundaries, with padding that must
/// not be read.
class Stored {
 public:
  Stored(const Matrix& matrix, Precision precision) {
    view_ = {nullptr, precision, matrix.rows(), matrix.cols(), (matrix.rows() + 15) / 16 * 16};
    numbers32_ = Eigen::MatrixXf::Constant(view_.leading_dimension, matrix.cols(), std::nanf(""));
    numbers64_ = Matrix::Constant(view_.leading_dimension, matrix.cols(), std::nan(""));
    numbers32_.topRows(matrix.rows()) = matrix.cast<float>();
    numbers64_.topRows(matrix.rows()) = matrix;
    if (precision == Precision::float32) {
      view_.data = numbers32_.data();
    } else {
      view_.data = numbers64_.data();
    }
  }
  Stored(const Stored&) = delete;
  Stored& operator=(const Stored&) = delete;
  [[nodiscard]] const StoredMatrix& view() const { return view_; }

 private:
  Eigen::MatrixXf numbers32_;
  Matrix numbers64_;
  StoredMatrix view_;
};

struct Block {
  Matrix phi;
  Matrix targets;
  std::vector<Index> target_columns;
  std::vector<SparseRow> rows;
};

/// Numbers that float32 holds exactly.
Matrix single(const Matrix& matrix) {
  return matrix.cast<float>().cast<double>();
}

Block random_block(Index samples, Index features, std::size_t count, double density, bool bias) {
  RandomStream random(11, static_cast<std::uint64_t>(samples));
  Block block;
  block.phi = single(random_normal(samples, features, random));
  if (bias) block.phi.rightCols(1).setOnes();
  block.targets = single(random_normal(samples, 9, random) + Matrix::Constant(samples, 9, 0.5));
  for (std::size_t i = 0; i < count; ++i) {
    block.target_columns.push_back(static_cast<Index>((7 * i + 3) % 9));
    Vector w = random_normal(features, 1, random);
    for (Index j = 0; j < features; ++j) {
      if (random.uniform() >= density) w[j] = 0;
    }
    block.rows.push_back(sparse(w));
  }
  return block;
}

Matrix widened(const StoredMatrix& stored) {
  Matrix matrix(stored.rows, stored.cols);
  copy_block(stored, 0, 0, stored.rows, stored.cols, matrix.data(), stored.rows);
  return matrix;
}

void check_row(const Block& block, const RowSamples& samples, const BlockResiduals& measured, std::size_t i) {
  const bool bias = samples.bias();
  RowData data;
  data.phi = block.phi;
  data.z = block.targets.col(block.target_columns[i]);
  data.bias = bias;
  const Extended rho = residual(data, dense(block.rows[i], block.phi.cols()));
  const Extended rho_c = centred(data, rho);
  data.phi = widened(samples.phi());  // correlations are those of the shifted features
  const Extended c = correlations(data, rho);
  const Extended v = correlations(data, rho_c);
  const Extended z(data.z.data(), data.z.data() + data.z.size());
  const auto column = static_cast<Index>(i);
  const double scale = static_cast<double>(std::sqrt(dot(rho, rho))) + 1;
  const Vector centred_c = measured.centred_correlations(column);
  for (std::size_t j = 0; j < c.size(); ++j) {
    const double tolerance = 1e-12 * scale * (1 + data.phi.col(static_cast<Index>(j)).norm());
    CHECK(std::abs(measured.correlations(static_cast<Index>(j), column) - static_cast<double>(c[j])) <=
          tolerance);
    CHECK(std::abs(centred_c[static_cast<Index>(j)] - static_cast<double>(v[j])) <= tolerance);
  }
  const auto norm2 = static_cast<double>(dot(rho, rho));
  const auto centred_norm2 = static_cast<double>(dot(rho_c, rho_c));
  CHECK(measured.centred_norm2[i] == Approx(centred_norm2).epsilon(1e-12).margin(1e-13 * norm2));
  CHECK(measured.mean_norm2[i] + measured.centred_norm2[i] == Approx(norm2).epsilon(1e-12));
  CHECK(samples.target_norm2(block.target_columns[i]) ==
        Approx(static_cast<double>(dot(z, z))).epsilon(1e-13));
  CHECK(measured.target_dot[i] ==
        Approx(static_cast<double>(dot(z, rho_c))).margin(1e-12 * scale * data.z.norm()));
  CHECK((measured.mean[i] != 0) == bias);
}

}  // namespace

TEST_CASE("residuals of a block are those of plain loops") {
  for (const Index samples : {Index{1}, Index{50}, Index{384}, Index{801}}) {
    for (const double density : {0.0, 0.05, 0.9}) {  // added column by column, or one dense product
      for (const bool bias : {false, true}) {
        const Block block = random_block(samples, 21, 3, density, bias);
        for (const Precision precision : {Precision::float32, Precision::float64}) {
          INFO("m " << samples << ", density " << density << ", bias " << bias << ", "
                    << (precision == Precision::float32 ? "float32" : "float64"));
          const Stored phi(block.phi, precision);
          const Stored targets(block.targets, precision);
          const RowSamples row_samples(Communicator::self(), phi.view(), targets.view(), bias);
          const BlockResiduals measured = block_residuals(row_samples, block.target_columns, block.rows);
          CHECK(measured.correlations.cols() == 8);
          for (std::size_t i = 0; i < block.rows.size(); ++i) check_row(block, row_samples, measured, i);
        }
      }
    }
  }
}

TEST_CASE("among 8 rows the numbers of a row do not depend on how many came with it") {
  const Block block = random_block(500, 40, 8, 0.5, true);
  const Stored phi(block.phi, Precision::float32);
  const Stored targets(block.targets, Precision::float32);
  const RowSamples samples(Communicator::self(), phi.view(), targets.view(), true);
  const BlockResiduals together = block_residuals(samples, block.target_columns, block.rows);
  for (std::size_t i = 0; i < block.rows.size(); ++i) {
    const BlockResiduals alone = block_residuals(samples, std::span(block.target_columns).subspan(i, 1),
                                                 std::span(block.rows).subspan(i, 1));
    CHECK(std::memcmp(alone.correlations.data(), together.correlations.col(static_cast<Index>(i)).data(),
                      40 * sizeof(double)) == 0);
    CHECK(alone.centred_norm2[0] == together.centred_norm2[i]);
    CHECK(alone.mean[0] == together.mean[i]);
    CHECK(alone.target_dot[0] == together.target_dot[i]);
  }
}

TEST_CASE("a block without rows has no correlations") {
  const Block block = random_block(50, 21, 0, 0.5, true);
  const Stored phi(block.phi, Precision::float64);
  const Stored targets(block.targets, Precision::float64);
  const RowSamples samples(Communicator::self(), phi.view(), targets.view(), true);
  CHECK(block_residuals(samples, {}, {}).correlations.isZero(0));
}
