#include <simplicit/base/error.hpp>

#include <catch2/catch.hpp>
#include <model/same_model.hpp>
#include <support/random_models.hpp>
#include <support/temporary_directory.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

using namespace simplicit;
using namespace simplicit::test;

namespace {

// What the command prints, and whether it went well.
std::pair<std::string, bool> output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  return {text, ::pclose(pipe) == 0};
}

}  // namespace

TEST_CASE("A model read back is the model written") {
  const TemporaryDirectory directory;
  for (const bool bias : {false, true}) {
    ImplicitModel model =
        random_model({.bias = bias, .activation = bias ? Activation::tanh : Activation::leaky(0.2)}, 1);
    if (bias) model.baseline_parameters.reset();
    if (!bias) model.baseline_connections = 4 * model.nonzeros();
    if (!bias) CHECK(model.kept() == 0.25);
    write_model(model, directory / "model.h5");
    CHECK(same_model(read_model(directory / "model.h5"), model));
  }
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);  // no temporary left
}

TEST_CASE("A model without a single weight can be written and read") {
  const TemporaryDirectory directory;
  const ImplicitModel model = random_model({.density = 0}, 1);
  REQUIRE(model.nonzeros() == 0);
  write_model(model, directory / "model.h5");
  CHECK(same_model(read_model(directory / "model.h5"), model));
}

TEST_CASE("A model is not written where it cannot be, and nothing is left behind") {
  const TemporaryDirectory directory;
  CHECK_THROWS_AS(write_model(random_model({}, 1), directory / "missing/model.h5"), InputError);
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("scipy reads the matrices of a model file the way AnnData stores them") {
  if (std::system("/usr/bin/python3 -c 'import h5py, scipy.sparse' 2> /dev/null") != 0) {
    WARN("python3 with h5py and scipy is not there: not checked");
    return;
  }
  const TemporaryDirectory directory;
  const ImplicitModel model = random_model({.bias = true}, 3);
  write_model(model, directory / "model.h5");
  const std::string script =
      "import h5py, scipy.sparse, sys\n"
      "f = h5py.File(sys.argv[1], 'r')\n"
      "for name in 'ABCD':\n"
      "    g = f[name]\n"
      "    assert g.attrs['encoding-type'] == 'csr_matrix' and g.attrs['encoding-version'] == '0.1.0'\n"
      "    assert g.attrs['shape'].dtype == 'int64' and g['indices'].dtype == 'int32'\n"
      "    m = scipy.sparse.csr_matrix((g['data'][:], g['indices'][:], g['indptr'][:]), "
      "shape=g.attrs['shape'])\n"
      "    m.check_format(full_check=True)\n"
      "    assert m.has_canonical_format\n"
      "    print('%s %d %d %.17g %.17g' % (name, m.shape[0], m.shape[1], m.sum(), m[m.shape[0] - "
      "1].sum()))\n";
  const auto [printed, ok] =
      output_of("/usr/bin/python3 -c \"" + script + "\" '" + (directory / "model.h5") + "' 2>&1");
  INFO(printed);
  REQUIRE(ok);

  std::istringstream lines(printed);
  const std::array<const SparseMatrix*, 4> matrices{&model.A, &model.B, &model.C, &model.D};
  for (const SparseMatrix* matrix : matrices) {
    std::string name;
    Index rows = 0;
    Index cols = 0;
    double sum = 0;
    double last_row = 0;
    lines >> name >> rows >> cols >> sum >> last_row;
    CHECK(rows == matrix->rows());
    CHECK(cols == matrix->cols());
    CHECK(sum == Approx(matrix->sum()).epsilon(1e-12));
    CHECK(last_row == Approx(matrix->row(matrix->rows() - 1).sum()).epsilon(1e-12));
  }
}
