#include "export/npz_file.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/export/export_model.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace simplicit;
using namespace simplicit::test;
namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

ImplicitModel small_model() {
  ImplicitModel model;
  model.A.resize(2, 2);
  model.A.insert(0, 1) = 0.1;
  model.B.resize(2, 3);
  model.B.insert(0, 0) = -1.0 / 3;
  model.B.insert(1, 2) = 2e-300;
  model.C.resize(1, 2);
  model.D.resize(1, 3);
  for (SparseMatrix* matrix : {&model.A, &model.B, &model.C, &model.D}) matrix->makeCompressed();
  model.bias = true;
  model.state_scale = Vector::Ones(2);
  return model;
}

}  // namespace

TEST_CASE("Matrix Market files hold every digit that matters") {
  const TemporaryDirectory directory;
  const std::string place = directory / "new/folder";
  write_matrix_market_model(small_model(), place);
  const std::string B = text_of(place + "/B.mtx");
  CHECK(B.starts_with("%%MatrixMarket matrix coordinate real general\n% B of x = phi(A x + B u)"));
  CHECK(B.ends_with("\n2 3 2\n1 1 -0.3333333333333333\n2 3 2e-300\n"));
  CHECK(text_of(place + "/C.mtx").ends_with("\n1 2 0\n"));
  CHECK(std::distance(fs::directory_iterator(place), {}) == 4);
}

TEST_CASE("nothing gets its name before all files are complete") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "D.mtx");  // the last of the four cannot be written
  CHECK_THROWS_AS(write_matrix_market_model(small_model(), directory.path()), InputError);
  CHECK(std::distance(fs::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("an archive that is not completed leaves nothing behind") {
  const TemporaryDirectory directory;
  try {
    NpzFile file(directory / "a.npz");
    file.add_value("kappa", 0.95);
    file.add_text("activation", "relu");
    file.finish();
  } catch (const InputError& without) {
    WARN("NOT TESTED: " << without.what());
  }
  CHECK(fs::is_empty(directory.path()));
}
