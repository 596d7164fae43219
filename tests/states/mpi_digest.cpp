#include <simplicit/states/states_file.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <set>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::string digest_of(const Communicator& ranks, const std::string& path, const StatesFileContent& content) {
  on_root(ranks, [&] { write_states_file(path, content); });
  return states_digest(read_states_header(path, ranks), ranks);
}

/// Enough numbers per sample for several hash blocks (of 2^20 numbers) in a small file.
StatesFileContent several_blocks() {
  return random_states({130, 1000, 20000, 10}, 20, Precision::float32);
}

}  // namespace

TEST_CASE("the digest is the one a single rank computes") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  const std::string together = digest_of(ranks, path, several_blocks());
  CHECK(together.size() == 16);
  CHECK(together == states_digest(read_states_header(path), Communicator::self()));
}

TEST_CASE("the digest changes with any number, label or attribute") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  StatesFileContent original = random_states({40, 5, 7, 3}, 21);
  original.layer_sizes = {3, 4};
  original.state_scale.assign(7, 1.0);
  std::set<std::string> digests{digest_of(ranks, path, original)};
  CHECK(digest_of(ranks, path, original) == *digests.begin());

  const std::vector<std::function<void(StatesFileContent&)>> changes{
      [](auto& content) { content.U(4, 39) += 1e-15 + std::abs(content.U(4, 39)) * 1e-15; },
      [](auto& content) { content.X(0, 0) += 1; },
      [](auto& content) { content.Z(6, 20) = -content.Z(6, 20); },
      [](auto& content) { content.Y(2, 1) += 1; },
      [](auto& content) { content.Y.row(0).swap(content.Y.row(1)); },
      [](auto& content) { content.labels[39] = (content.labels[39] + 1) % 3; },
      [](auto& content) { content.labels.clear(); },
      [](auto& content) { content.bias = true; },
      [](auto& content) { content.activation = Activation::identity; },
      [](auto& content) { content.baseline_parameters = 1; },
      [](auto& content) {
        content.layer_sizes = {4, 3};
      },
      [](auto& content) { content.state_scale[6] = 1 + 1e-15; },
      [](auto& content) { content.precision = Precision::float32; },
  };
  for (const auto& change : changes) {
    StatesFileContent content = original;
    change(content);
    digests.insert(digest_of(ranks, path, content));
  }
  CHECK(digests.size() == changes.size() + 1);
}

TEST_CASE("the digest notices blocks of samples that changed places") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "states.h5";
  StatesFileContent content = several_blocks();
  const std::string before = digest_of(ranks, path, content);
  const Index block = (Index{1} << 20) / (1000 + 2 * 20000 + 10);
  for (Matrix* matrix : {&content.U, &content.X, &content.Z, &content.Y}) {
    const Matrix first = matrix->leftCols(block);
    matrix->leftCols(block) = matrix->middleCols(block, block).eval();
    matrix->middleCols(block, block) = first;
  }
  for (Index i = 0; i < block; ++i) {
    std::swap(content.labels[static_cast<std::size_t>(i)],
              content.labels[static_cast<std::size_t>(block + i)]);
  }
  CHECK(digest_of(ranks, path, content) != before);
}
