#include "infer/lanes.hpp"
#include <simplicit/infer/fixed_point.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::vector<const LaneKernels*> variants_of_this_processor() {
  std::vector<const LaneKernels*> variants{&portable_lane_kernels()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) variants.push_back(&avx2_lane_kernels());
  if (__builtin_cpu_supports("avx512f")) variants.push_back(&avx512_lane_kernels());
#endif
  return variants;
}

Lanes random_lanes(Index rows, int width, unsigned seed) {
  Lanes lanes(rows, width);
  const Matrix samples = random_matrix(rows, width, seed);
  lanes.read(samples, 0, width);
  return lanes;
}

bool same(const Lanes& a, const Lanes& b) {
  return std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.rows() * a.width()) * sizeof(double)) ==
         0;
}

Lanes copy_of(const Lanes& lanes) {
  Lanes copy(lanes.rows(), lanes.width());
  for (int sample = 0; sample < lanes.width(); ++sample) copy.copy_sample(lanes, sample);
  return copy;
}

}  // namespace

TEST_CASE("Products are plain loops bit for bit, in every variant and width, sparse or dense") {
  std::mt19937_64 engine(1);
  for (const LaneKernels* kernels : variants_of_this_processor()) {
    for (const double density : {0.0, 0.05, 0.5, 1.0}) {
      for (const int width : {narrow_width, wide_width}) {
        SparseMatrix M = random_sparse(23, 61, density, engine);
        M.makeCompressed();
        const Lanes x = random_lanes(61, width, 2);
        Lanes out = random_lanes(23, width, 3);
        const Lanes start = copy_of(out);
        kernels->add_product(width, rows_of(M), x.data(), out.data());
        Index different = 0;
        for (Index row = 0; row < 23; ++row) {
          for (int sample = 0; sample < width; ++sample) {
            double sum = start.row(row)[sample];
            for (SparseMatrix::InnerIterator entry(M, row); entry; ++entry) {
              sum += entry.value() * x.row(entry.col())[sample];
            }
            different += sum != out.row(row)[sample];
          }
        }
        INFO(kernels->name << ", density " << density << ", width " << width);
        CHECK(different == 0);

        const Vector constant = random_matrix(23, 1, 4);
        Lanes product(23, width), expected(23, width), changed = copy_of(x);
        const double infinity = std::numeric_limits<double>::infinity();
        CHECK(kernels->product(width, rows_of(M), constant.data(), x.data(), infinity, product.data()));
        for (Index row = 0; row < 23; ++row) std::fill_n(expected.row(row), width, constant[row]);
        kernels->add_product(width, rows_of(M), x.data(), expected.data());
        CHECK(same(product, expected));
        const double most =
            std::abs(*std::max_element(expected.data(), expected.data() + 23 * width,
                                       [](double a, double b) { return std::abs(a) < std::abs(b); }));
        for (const double largest : {most, most * 0.999, -1.0}) {
          CHECK(kernels->product(width, rows_of(M), constant.data(), x.data(), largest, product.data()) ==
                (largest == most));
        }
        changed.row(60)[width - 1] = std::numeric_limits<double>::quiet_NaN();
        CHECK(kernels->product(width, rows_of(M), constant.data(), changed.data(), infinity,
                               product.data()) == Vector(M.col(60)).isZero(0));
      }
    }
  }
}

TEST_CASE("Sweeps are plain loops bit for bit, in every variant, width and direction") {
  std::mt19937_64 engine(4);
  SparseMatrix M = random_sparse(37, 37, 0.3, engine);
  M.makeCompressed();
  const Vector above = random_matrix(37, 1, 5);
  const Vector below = random_matrix(37, 1, 6);
  for (const LaneKernels* kernels : variants_of_this_processor()) {
    for (const int width : {narrow_width, wide_width}) {
      for (const bool last_row_first : {true, false}) {
        INFO(kernels->name << ", width " << width << ", last row first " << last_row_first);
        const Lanes s = random_lanes(37, width, 7);
        const Lanes factor = random_lanes(37, width, 8);
        const Lanes start = random_lanes(37, width, 9);
        alignas(64) double change[wide_width], size[wide_width], worst[wide_width];
        Lanes x = copy_of(start), v = copy_of(start);
        Lanes expected_x = copy_of(start), expected_v = copy_of(start);
        kernels->sweep(width, {rows_of(M), above.data(), below.data(), last_row_first}, s.data(), x.data(),
                       change, size);
        Vector expected_change = Vector::Zero(width), expected_size = Vector::Zero(width);
        for (Index k = 0; k < 37; ++k) {
          const Index i = last_row_first ? 36 - k : k;
          for (int sample = 0; sample < width; ++sample) {
            double sum = s.row(i)[sample], adjoint = sum;
            for (SparseMatrix::InnerIterator entry(M, i); entry; ++entry) {
              sum += entry.value() * expected_x.row(entry.col())[sample];
              adjoint += entry.value() * expected_v.row(entry.col())[sample];
            }
            const double newest = sum > 0 ? above[i] * sum : below[i] * sum;
            double& old = expected_x.row(i)[sample];
            expected_change[sample] = std::max(expected_change[sample], std::abs(newest - old));
            expected_size[sample] = std::max(expected_size[sample], std::abs(newest));
            old = newest;
            expected_v.row(i)[sample] = adjoint * factor.row(i)[sample];
          }
        }
        CHECK(same(x, expected_x));
        CHECK(Eigen::Map<const Vector>(change, width) == expected_change);
        CHECK(Eigen::Map<const Vector>(size, width) == expected_size);

        kernels->residual(width, rows_of(M), 0.01, s.data(), start.data(), worst);
        for (int sample = 0; sample < width; ++sample) {
          double expected = 0;
          for (Index i = 0; i < 37; ++i) {
            double z = s.row(i)[sample];
            for (SparseMatrix::InnerIterator entry(M, i); entry; ++entry) {
              z += entry.value() * start.row(entry.col())[sample];
            }
            expected = std::max(expected, std::abs((z > 0 ? z : 0.01 * z) - start.row(i)[sample]));
          }
          CHECK(worst[sample] == expected);
        }

        kernels->adjoint_sweep(width, rows_of(M), last_row_first, factor.data(), s.data(), v.data(), change,
                               size);
        CHECK(same(v, expected_v));
      }
    }
  }
}

TEST_CASE("Samples are laid side by side and back, in every variant, for any number of rows") {
  for (const LaneKernels* kernels : variants_of_this_processor()) {
    for (const int width : {narrow_width, wide_width}) {
      for (const Index rows : {1, 2, 3, 4, 7, 30}) {
        const Index stride = rows + 3;
        const Matrix samples = random_matrix(stride, width, 10);
        const Eigen::MatrixXf float_samples = samples.cast<float>();
        Lanes from64(rows, width);
        Lanes from32(rows, width);
        kernels->read_float64(width, samples.data(), stride, rows, nullptr, from64.data());
        kernels->read_float32(width, float_samples.data(), stride, rows, nullptr, from32.data());
        Matrix back = Matrix::Constant(stride, width, 7);
        kernels->write_float64(width, from64.data(), rows, back.data(), stride);
        Index different = 0;
        for (int sample = 0; sample < width; ++sample) {
          for (Index row = 0; row < stride; ++row) {
            different += back(row, sample) != (row < rows ? samples(row, sample) : 7);
            if (row >= rows) continue;
            different += from64.row(row)[sample] != samples(row, sample);
            different += from32.row(row)[sample] != static_cast<double>(float_samples(row, sample));
          }
        }
        INFO(kernels->name << ", width " << width << ", rows " << rows);
        CHECK(different == 0);
      }
    }
  }
}

TEST_CASE("Inputs that are not wanted are left out, eight at a time") {
  const Eigen::MatrixXf samples = random_matrix(20, wide_width, 12).cast<float>();
  const bool wanted[] = {false, true, false};
  for (const LaneKernels* kernels : variants_of_this_processor()) {
    Lanes lanes(20, wide_width);
    std::fill_n(lanes.data(), 20 * wide_width, 7.0);
    kernels->read_float32(wide_width, samples.data(), 20, 20, wanted, lanes.data());
    for (Index row = 0; row < 16; ++row) {
      for (int sample = 0; sample < wide_width; ++sample) {
        const double expected = row < 8 ? 7 : static_cast<double>(samples(row, sample));
        CHECK(lanes.row(row)[sample] == expected);
      }
    }
  }
}

TEST_CASE("Groups that are not full are padded with zeros, and written without the padding") {
  const Matrix samples = random_matrix(5, 20, 11);
  Lanes lanes(5, narrow_width);
  lanes.read(samples, 17, 3);
  for (int sample = 0; sample < narrow_width; ++sample) {
    CHECK(lanes.row(4)[sample] == (sample < 3 ? samples(4, 17 + sample) : 0));
  }
  Matrix back = Matrix::Zero(5, 20);
  lanes.write(back, 2, 3);
  CHECK(back.middleCols(2, 3) == samples.middleCols(17, 3));
  CHECK(back.rightCols(15).isZero());
}
