#include <simplicit/base/error.hpp>
#include <simplicit/states/store.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// Phi = [X^T U^T 1], (m x d), straight from its definition.
Matrix expected_phi(const StatesFileContent& content) {
  const Index m = content.U.cols();
  const bool bias = content.bias.value_or(false);
  Matrix phi(m, content.X.rows() + content.U.rows() + (bias ? 1 : 0));
  phi.leftCols(content.X.rows()) = content.X.transpose();
  phi.middleCols(content.X.rows(), content.U.rows()) = content.U.transpose();
  if (bias) phi.rightCols(1).setOnes();
  return phi;
}

Matrix expected_targets(const StatesFileContent& content) {
  Matrix targets(content.Z.cols(), content.Z.rows() + content.Y.rows());
  targets << content.Z.transpose(), content.Y.transpose();
  return targets;
}

Matrix dense(const StoredMatrix& matrix) {
  Matrix copy(matrix.rows, matrix.cols);
  copy_block(matrix, 0, 0, matrix.rows, matrix.cols, copy.data(), copy.rows());
  return copy;
}

bool aligned(const StoredMatrix& matrix) {
  return reinterpret_cast<std::uintptr_t>(matrix.data) % 64 == 0 && matrix.leading_dimension % 16 == 0 &&
         matrix.leading_dimension >= matrix.rows && matrix.leading_dimension < matrix.rows + 16;
}

/// The rows below the samples.
bool padding_is_zero(StoredMatrix matrix) {
  const Index samples = matrix.rows;
  matrix.rows = matrix.leading_dimension;
  return dense(matrix).bottomRows(matrix.rows - samples).isZero(0);
}

void write_on_root(const Communicator& ranks, const std::string& path, const StatesFileContent& content) {
  on_root(ranks, [&] { write_states_file(path, content); });
}

void check_store(const StateStore& store, const StatesFileContent& content) {
  CHECK(store.read_collectively());
  CHECK(store.phi().precision == content.precision);
  CHECK(store.targets().precision == content.precision);
  CHECK(dense(store.phi()) == expected_phi(content));
  CHECK(dense(store.targets()) == expected_targets(content));
  CHECK(aligned(store.phi()));
  CHECK(aligned(store.targets()));
  CHECK(padding_is_zero(store.phi()));
  CHECK(padding_is_zero(store.targets()));
}

/// What every rank is told, which has to be the same on all of them.
std::string common_fault(const Communicator& ranks, const std::function<void()>& step) {
  std::string fault = "no fault";
  try {
    step();
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::bad_input);
    fault = error.what();
  }
  std::string of_root = fault;
  ranks.broadcast(of_root);
  CHECK(fault == of_root);
  return fault;
}

}  // namespace

TEST_CASE("the store holds the file, feature by feature, at any number of ranks") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  const StatesShape one_sample{1, 5, 7, 3};
  const StatesShape uneven{203, 5, 70, 3};
  const StatesShape padded_to_the_full{32, 1, 1, 1};
  for (const StatesShape& shape : {one_sample, uneven, padded_to_the_full}) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      for (const bool bias : {false, true}) {
        const StatesFileContent content = random_states(shape, 7, precision, bias);
        write_on_root(ranks, path, content);
        const StatesHeader header = read_states_header(path, ranks);
        const std::size_t one_row_a_piece = 1;
        const std::size_t some_rows_a_piece = 2000;
        for (const std::size_t piece_bytes : {one_row_a_piece, some_rows_a_piece, std::size_t{64} << 20}) {
          check_store(StateStore(ranks, header, SamplePart::all, piece_bytes), content);
        }
      }
    }
  }
}

TEST_CASE("each rank alone can hold a store of its own") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / ("states" + std::to_string(ranks.rank()) + ".h5");
  const auto seed = static_cast<unsigned>(ranks.rank());
  const StatesFileContent content = random_states({20 + ranks.rank(), 5, 7, 3}, seed);
  write_states_file(path, content);
  check_store(StateStore(Communicator::self(), read_states_header(path)), content);
}

TEST_CASE("mixed precisions are kept in double") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({50, 5, 7, 3}, 8, Precision::float32);
  on_root(ranks, [&] {
    hdf5::File file = hdf5::File::create(path);
    write_samples(file, "U", content.U, Precision::float32);
    write_samples(file, "X", content.X, Precision::float64);
    write_samples(file, "Z", content.Z, Precision::float32);
    write_samples(file, "Y", content.Y, Precision::float32);
    file.close();
  });
  content.precision = Precision::float64;
  content.bias = false;
  check_store(StateStore(ranks, read_states_header(path, ranks), SamplePart::all, 100), content);
}

TEST_CASE("the header is the same on every rank") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({20, 5, 7, 3}, 9, Precision::float32, true);
  content.layer_sizes = {3, 4};
  content.state_scale = {1, 0.1, 1.0 / 3, 4, 1e-300, 6, 7};
  write_on_root(ranks, path, content);
  const StatesHeader header = read_states_header(path, ranks);
  CHECK(header.path == path);
  CHECK(header.samples == 20);
  CHECK(header.inputs == 5);
  CHECK(header.states == 7);
  CHECK(header.outputs == 3);
  CHECK(header.precision == Precision::float32);
  CHECK(header.activation == Activation::relu);
  CHECK(header.bias);
  CHECK(header.baseline_parameters == content.baseline_parameters);
  CHECK(header.layer_sizes == std::vector<Index>{3, 4});
  CHECK(*header.state_scale == Eigen::Map<const Vector>(content.state_scale.data(), 7));
  CHECK(header.has_labels);
  CHECK_FALSE(header.has_baseline);
}

TEST_CASE("all ranks hear the same about bad states") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  const auto fault = [&] { return common_fault(ranks, [&] { (void)read_states_header(path, ranks); }); };
  CHECK(fault() == path + ": does not exist");

  const StatesFileContent good = random_states({20, 5, 7, 3}, 10);
  const auto fault_of_content = [&](const std::function<void(StatesFileContent&)>& spoil) {
    StatesFileContent content = good;
    spoil(content);
    write_on_root(ranks, path, content);
    return fault();
  };
  CHECK(fault_of_content([](auto&) {}) == "no fault");
  CHECK_THAT(fault_of_content([](auto& content) { content.labels[3] = 9; }),
             Catch::Contains("dataset 'labels' holds 9 at sample 3"));
  CHECK_THAT(fault_of_content([](auto& content) { content.layer_sizes = {1}; }),
             Catch::Contains("'layer_sizes' sums to 1"));
  CHECK_THAT(fault_of_content([](auto& content) { content.state_scale = {1}; }),
             Catch::Contains("'state_scale' has shape (1,)"));
  CHECK_THAT(fault_of_content([](auto& content) { content.Y.conservativeResize(3, 19); }),
             Catch::Contains("differ in their number of samples"));

  write_on_root(ranks, path, good);
  on_root(ranks, [&] { std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2); });
  CHECK_THAT(fault(), Catch::StartsWith(path + ": is truncated or damaged"));
}

TEST_CASE("a number that is not finite is told to all, whoever reads it") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  const Index samples = 500;  // more than are checked for X = phi(Z)
  for (const std::string name : {"U", "X", "Z", "Y"}) {
    for (const Index sample : {Index{3}, samples / 2 + 3, samples - 3}) {
      StatesFileContent content = random_states({samples, 5, 7, 3}, 11, Precision::float32);
      Matrix& spoilt = name == "U"   ? content.U
                       : name == "X" ? content.X
                       : name == "Z" ? content.Z
                                     : content.Y;
      spoilt(1, sample) = std::numeric_limits<double>::infinity();
      spoilt(0, std::min(samples - 1, sample + 2)) = std::nan("");
      write_on_root(ranks, path, content);
      const StatesHeader header = read_states_header(path, ranks);
      const std::string expected = path + ": dataset '" + name + "' holds infinity at sample " +
                                   std::to_string(sample) + ", entry 1 (both counted from 0)";
      CHECK(common_fault(ranks, [&] { (void)StateStore(ranks, header, SamplePart::all, 300); }) == expected);
      CHECK(common_fault(ranks, [&] { (void)states_digest(header, ranks); }) == expected);
    }
  }
}

TEST_CASE("a file that vanished after its header was read is told to all") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  write_on_root(ranks, path, random_states({20, 5, 7, 3}, 12));
  const StatesHeader header = read_states_header(path, ranks);
  on_root(ranks, [&] { std::filesystem::remove(path); });
  CHECK(common_fault(ranks, [&] { (void)StateStore(ranks, header); }) == path + ": does not exist");
  CHECK(common_fault(ranks, [&] { (void)states_digest(header, ranks); }) == path + ": does not exist");
}

TEST_CASE("states that no memory holds are refused by all ranks before reading") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  write_on_root(ranks, path, random_states({20, 5, 7, 3}, 13));
  StatesHeader header = read_states_header(path, ranks);
  header.samples = Index{1} << 44;
  CHECK_THAT(common_fault(ranks, [&] { (void)StateStore(ranks, header); }),
             Catch::Contains("the states of " + path));
}
