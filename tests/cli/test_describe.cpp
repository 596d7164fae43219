#include "cli/describe.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;
using Catch::StartsWith;
using simplicit::cli::describe_file;

namespace {

/// The value on the line with this label; the whole text when there is none, so that a failure shows it.
std::string value_of(const std::string& text, const std::string& label) {
  const std::size_t line = text.find("\n  " + label + "  ");
  if (line == std::string::npos) return text;
  const std::size_t begin = text.find_first_not_of(' ', line + 3 + label.size());
  return text.substr(begin, text.find('\n', begin) - begin);
}

SparseMatrix sparse(Index rows, Index cols, const std::vector<Eigen::Triplet<double>>& entries) {
  SparseMatrix matrix(rows, cols);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

/// n = 2, p = 3, q = 1, with three rows of which one missed the tolerance.
ImplicitModel small_model() {
  ImplicitModel model;
  model.A = sparse(2, 2, {{0, 1, -0.5}});
  model.B = sparse(2, 3, {{0, 0, 1.0}, {1, 2, 2.0}});
  model.C = sparse(1, 2, {{0, 0, 3.0}});
  model.D = sparse(1, 3, {});
  model.kappa = 0.75;
  model.baseline_parameters = 8;
  model.state_scale = Vector::Constant(2, 0.5);
  model.provenance = {{"version", "1"}, {"settings", {{"lambda", nullptr}, {"lambda_rel", 0.25}}}};
  model.rows.primal = model.rows.dual = model.rows.seconds = {1, 1, 1};
  model.rows.relative_gap = {1e-8, 5e-3, 0};
  model.rows.status = {0, 1, 0};
  model.rows.iterations = {1, 2, 3};
  model.rows.nonzeros = {2, 1, 1};
  return model;
}

}  // namespace

TEST_CASE("values stand below each other") {
  cli::Description description("head");
  description.add("a", "1");
  description.add("long label", "2");
  CHECK(description.text() == "head\n  a           1\n  long label  2\n");
}

TEST_CASE("what a file says does not command a terminal") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  ImplicitModel model = small_model();
  model.provenance = {{"cpu\x1b]0;title\x07", "\x1b[2J\nworst relative gap  0"}};
  write_model(model, path);
  const std::string text = describe_file(path);
  CHECK_THAT(text, Contains("cpu\\x1b]0;title\\x07") && Contains("\\x1b[2J\\x0aworst"));
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a states file is described") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({20, 5, 7, 3}, 1, Precision::float32);
  content.layer_sizes = {3, 4};
  content.state_scale = {0.5, 1, 1, 1, 1, 1, 2};
  write_states_file(path, content);
  const std::string text = describe_file(path);
  CHECK_THAT(text, StartsWith(path + ": states file, "));
  CHECK(value_of(text, "samples") == "20");
  CHECK(value_of(text, "inputs") == "5");
  CHECK(value_of(text, "states") == "7 = 3 + 4 (last hidden layer first)");
  CHECK(value_of(text, "outputs") == "3");
  CHECK(value_of(text, "activation") == "relu");
  CHECK(value_of(text, "precision") == "float32");
  CHECK(value_of(text, "state scale") == "factors 0.5 to 2");
  CHECK(value_of(text, "labels") == "7, 7, 6 samples of classes 0 to 2");
  CHECK(value_of(text, "baseline") == "56 weights and biases, not in the file");
  CHECK_THAT(text, !Contains("odd"));
}

TEST_CASE("states of other tools are recognised, what is odd about them told") {
  const TemporaryDirectory directory;
  const std::string path = directory / "states.h5";
  StatesFileContent content = random_states({20, 5, 7, 3}, 1);
  content.with_format = false;
  content.labels.clear();
  content.baseline_parameters.reset();
  content.X.array() += 1;
  write_states_file(path, content);
  const std::string text = describe_file(path);
  CHECK_THAT(text, StartsWith(path + ": states file, "));
  CHECK(value_of(text, "states") == "7");
  CHECK(value_of(text, "labels") == "none");
  CHECK(value_of(text, "state scale") == "none, the states are as the network has them");
  CHECK(value_of(text, "baseline") == "number of weights unknown, not in the file");
  CHECK_THAT(value_of(text, "odd"), StartsWith(path + ": X is not relu(Z)"));
}

TEST_CASE("a model file is described") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  write_model(small_model(), path);
  const std::string text = describe_file(path);
  CHECK_THAT(text, StartsWith(path + ": model file, "));
  CHECK(value_of(text, "A") == "2 x 2, 1 of 4 (25 %) nonzero");
  CHECK(value_of(text, "B") == "2 x 3, 2 of 6 (33.3 %) nonzero");
  CHECK(value_of(text, "D") == "1 x 3, 0 of 3 (0 %) nonzero");
  CHECK(value_of(text, "kept") == "4 of 8 (50 %) weights of the baseline");
  CHECK(value_of(text, "kappa") == "0.75");
  CHECK(value_of(text, "norm of A") == "0.5 (largest row sum of absolute values)");
  CHECK(value_of(text, "state scale") == "factors 0.5 to 0.5");
  CHECK(value_of(text, "rows solved") == "2 of 3 (66.7 %)");
  CHECK(value_of(text, "rows " + name_of(RowStatus::tolerance_missed)) == "1 of 3 (33.3 %)");
  CHECK(value_of(text, "worst relative gap") == "0.005");
  CHECK(value_of(text, "settings lambda rel") == "0.25");
  CHECK_THAT(text, !Contains("null"));
}

TEST_CASE("a model without provenance is described") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  for (const nlohmann::json& provenance : {nlohmann::json(), nlohmann::json::object()}) {
    ImplicitModel model = small_model();
    model.provenance = provenance;
    model.baseline_parameters.reset();
    write_model(model, path);
    CHECK(value_of(describe_file(path), "kept") == "4 weights, the size of the baseline is unknown");
  }
}

TEST_CASE("a baseline file is described") {
  const TemporaryDirectory directory;
  const std::string path = directory / "baseline.h5";
  Baseline baseline;
  baseline.mlp.weights = {Matrix::Ones(4, 5), Matrix::Ones(3, 4)};
  baseline.test_accuracy = 0.875;
  write_baseline(baseline, path);
  const std::string text = describe_file(path);
  CHECK_THAT(text, StartsWith(path + ": baseline file, "));
  CHECK(value_of(text, "layers") == "5-4-3");
  CHECK(value_of(text, "weights and biases") == "32");
  CHECK(value_of(text, "test accuracy") == "87.50 %");
  CHECK_THAT(text, !Contains("train accuracy"));
}

TEST_CASE("other files are listed") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  hdf5::File file = hdf5::File::create(path);
  file.create_group("steps");
  file.write("steps/lambda", std::vector<double>{1, 2}, {2});
  file.write("Y", std::vector<double>(6, 0.0), {2, 3}, Precision::float32);
  file.close();
  std::string text = describe_file(path);
  CHECK_THAT(text, StartsWith(path + ": an HDF5 file that does not say what it is, "));
  CHECK(value_of(text, "Y") == "(2, 3) float32");
  CHECK(value_of(text, "steps/") == "group");
  CHECK(value_of(text, "steps/lambda") == "(2,) float64");

  file = hdf5::File::create(path);
  file.set_attribute("/", "format", std::string("simplicit-outputs"));
  file.close();
  CHECK_THAT(describe_file(path), StartsWith(path + ": outputs of a model, "));
}

TEST_CASE("what is no HDF5 file is bad input") {
  const TemporaryDirectory directory;
  CHECK_THROWS_AS(describe_file(directory / "missing.h5"), InputError);
}
