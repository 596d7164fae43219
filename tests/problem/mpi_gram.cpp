#include <simplicit/problem/gram.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <cstring>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// G and R entry by entry, by plain loops.
void check_against_loops(const Gram& gram, const RowSamples& samples) {
  const Index d = samples.phi().cols;
  const Index m = samples.phi().rows;
  const Index rows = samples.targets().cols;
  Matrix phi(m, d);
  Matrix targets(m, rows);
  copy_block(samples.phi(), 0, 0, m, d, phi.data(), m);
  copy_block(samples.targets(), 0, 0, m, rows, targets.data(), m);
  Index wrong = 0;
  const auto agrees = [&](double value, const double* a, const double* b) {
    long double sum = 0;
    long double size = 0;
    for (Index i = 0; i < m; ++i) {
      sum += static_cast<long double>(a[i]) * b[i];
      size += std::abs(static_cast<long double>(a[i]) * b[i]);
    }
    return std::abs(value - static_cast<double>(sum)) <=
           static_cast<double>(m + 1) * std::numeric_limits<double>::epsilon() * static_cast<double>(size);
  };
  for (Index j = 0; j < d; ++j) {
    for (Index i = 0; i < d; ++i) {
      if (!agrees(gram.g().column(j)[i], phi.col(i).data(), phi.col(j).data())) ++wrong;
    }
  }
  for (Index row = 0; row < rows; ++row) {
    for (Index j = 0; j < d; ++j) {
      if (!agrees(gram.r(row)[static_cast<std::size_t>(j)], phi.col(j).data(), targets.col(row).data()))
        ++wrong;
    }
  }
  CHECK(wrong == 0);
}

/// How many numbers differ in their bits.
Index different_bits(const Gram& a, const Gram& b, Index rows) {
  Index different = 0;
  const Index d = a.g().dimension;
  for (Index j = 0; j < d; ++j) {
    for (Index i = 0; i < d; ++i) {
      different += std::memcmp(a.g().column(j) + i, b.g().column(j) + i, sizeof(double)) == 0 ? 0 : 1;
    }
  }
  for (Index row = 0; row < rows; ++row) {
    const std::size_t bytes = static_cast<std::size_t>(d) * sizeof(double);
    different += std::memcmp(a.r(row).data(), b.r(row).data(), bytes) == 0 ? 0 : 1;
  }
  return different;
}

}  // namespace

TEST_CASE("G and R are those of a double loop, and bit by bit those of one rank") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  const StatesShape tiny{1, 1, 1, 1};
  const StatesShape uneven{401, 243, 277, 3};  // three tiles of features, two of targets, two panels
  const StatesShape one_tile{37, 5, 70, 3};
  for (const StatesShape& shape : {tiny, one_tile, uneven}) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      for (const bool bias : {false, true}) {
        on_root(ranks, [&] { write_states_file(path, random_states(shape, 3, precision, bias)); });
        const StatesHeader header = read_states_header(path, ranks);
        const StateStore store(ranks, header);
        const RowSamples samples(store);
        const Gram gram(ranks, samples);
        REQUIRE(gram.g().dimension == header.features());
        if (ranks.rank() == ranks.size() - 1) check_against_loops(gram, samples);
        const Communicator self = Communicator::self();
        const StateStore own_store(self, header);
        const RowSamples own_samples(own_store);
        const Gram own(self, own_samples);
        CHECK(different_bits(gram, own, header.states + header.outputs) == 0);
      }
    }
  }
}

TEST_CASE("the bytes of G and R count their columns, padded") {
  CHECK(gram_bytes(8, 3) == 8 * 11 * sizeof(double));
  CHECK(gram_bytes(9, 3) == 16 * 12 * sizeof(double));
}
