#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/path/path_table.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

#include <cmath>
#include <functional>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

PathTable small_table() {
  PathOutcome outcome;
  for (int k = 0; k < 2; ++k) {
    PathPoint point;
    point.lambda_rel = k == 0 ? 1 : 0.125;
    point.rows.missed_rows.assign(static_cast<std::size_t>(k), 7);
    point.scores.accuracy = 0.25 * (k + 1);
    point.scores.baseline_accuracy = 0.875;
    point.scores.nonzeros_b = 3 * k;
    if (k == 1) point.scores.kept = 0.0625;
    outcome.points.push_back(point);
  }
  PathTable table = path_table(outcome);
  table.provenance = {{"version", "x"}};
  return table;
}

void change(const std::string& path, const std::function<void(hdf5::File&)>& write) {
  hdf5::File file = hdf5::File::create(path);
  write(file);
  file.close();
}

}  // namespace

TEST_CASE("a path file keeps every figure, unknown ones as unknown") {
  const TemporaryDirectory directory;
  const PathTable table = small_table();
  write_path(table, directory / "path.h5");
  const PathTable read = read_path(directory / "path.h5");
  CHECK(read.baseline_accuracy == 0.875);
  CHECK(read.provenance == table.provenance);
  REQUIRE(read.columns.size() == table.columns.size());
  for (const PathTable::Column& column : table.columns) {
    const std::vector<double> values = read.column(column.name);
    REQUIRE(values.size() == 2);
    for (std::size_t k = 0; k < 2; ++k) {
      INFO(column.name);
      CHECK((values[k] == column.values[k] || (std::isnan(values[k]) && std::isnan(column.values[k]))));
    }
  }
  CHECK(read.column("lambda_rel") == std::vector<double>{1, 0.125});
  CHECK(read.column("missed_rows") == std::vector<double>{0, 1});
  CHECK(std::isnan(read.column("kept")[0]));
  CHECK(std::isnan(read.column("pruned_accuracy")[1]));
}

TEST_CASE("the CSV has a name for every figure and nothing where it is unknown") {
  const std::string csv = to_csv(small_table());
  CHECK(csv.starts_with("lambda_rel,kept,nnz_a,nnz_b,"));
  CHECK(csv.find("\n1,,0,0,") != std::string::npos);
  CHECK(csv.find("\n0.125,0.0625,0,3,") != std::string::npos);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
}

TEST_CASE("the table for a person says what is unknown") {
  const std::string text = to_text(small_table());
  CHECK(text.find("unknown") != std::string::npos);
  CHECK(text.find("6.25 %") != std::string::npos);
  CHECK(text.find("baseline: accuracy 87.50 %") != std::string::npos);
}

TEST_CASE("what is no path file is refused, naming the fault") {
  const TemporaryDirectory directory;
  const std::string path = directory / "bad.h5";
  change(path, [](hdf5::File& file) { file.set_attribute("/", "format", std::string("simplicit-model")); });
  CHECK_THROWS_WITH(read_path(path), Contains(path) && Contains("not a path file"));
  const auto head = [](hdf5::File& file, std::int64_t version) {
    file.set_attribute("/", "format", std::string("simplicit-path"));
    file.set_attribute("/", "format_version", version);
  };
  change(path, [&](hdf5::File& file) { head(file, 9); });
  CHECK_THROWS_WITH(read_path(path), Contains("format_version 9"));
  change(path, [&](hdf5::File& file) {
    head(file, 1);
    file.write("lambda_rel", std::vector<double>{1, 0.5}, {2});
  });
  CHECK_THROWS_WITH(read_path(path), Contains("'kept'"));
  change(path, [&](hdf5::File& file) {
    head(file, 1);
    for (const PathTable::Column& column : small_table().columns) {
      const Index points = column.name == "accuracy" ? 1 : 2;
      file.write(column.name, std::vector<double>(static_cast<std::size_t>(points)), {points});
    }
  });
  CHECK_THROWS_WITH(read_path(path), Contains("'accuracy'"));
  change(path, [&](hdf5::File& file) {
    head(file, 1);
    for (const PathTable::Column& column : small_table().columns) {
      if (column.name == "kept") {
        file.create_group("kept");
      } else {
        file.write(column.name, column.values, {static_cast<Index>(column.values.size())});
      }
    }
  });
  CHECK_THROWS_WITH(read_path(path), Contains("'kept'"));
}
