#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/path/path_table.hpp>
#include <simplicit/system/temporary_output.hpp>

namespace simplicit {
namespace {

constexpr const char* format = "simplicit-path";
constexpr std::int64_t format_version = 1;
// More points than any path has: a larger file is not read into memory.
constexpr Index most_points = 1'000'000;

std::vector<double> read_column(const hdf5::File& file, const std::string& name, Index points) {
  const hdf5::DatasetInfo info = file.dataset(name);
  if (info.kind != hdf5::Kind::floating || info.shape.size() != 1 || info.shape[0] != points) {
    throw InputError(file.path() + ": '" + name + "' is no list of " + std::to_string(points) + " numbers");
  }
  return file.read_doubles(name);
}

}  // namespace

void write_path(const PathTable& table, const std::string& path) {
  TemporaryOutput output(path);
  hdf5::File file = hdf5::File::create(output.temporary_path());
  hdf5::write_format(file, format, format_version);
  if (table.baseline_accuracy) file.set_attribute("/", "baseline_accuracy", *table.baseline_accuracy);
  hdf5::write_provenance(file, table.provenance);
  for (const PathTable::Column& column : table.columns) {
    file.write(column.name, column.values, {static_cast<Index>(column.values.size())});
  }
  file.close();
  output.commit();
}

PathTable read_path(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  hdf5::require_format(file, format, format_version);
  PathTable table;
  if (file.has_attribute("/", "baseline_accuracy")) {
    table.baseline_accuracy = file.real_attribute("/", "baseline_accuracy");
  }
  table.provenance = hdf5::read_provenance(file);
  const hdf5::DatasetInfo first = file.dataset("lambda_rel");
  const Index points = first.shape.empty() ? 0 : first.shape[0];
  if (points < 1 || points > most_points) throw InputError(path + ": 'lambda_rel' is no list of points");
  for (const std::string& name : shown_columns(file.has("keep"))) {
    if (!file.has(name) || !file.is_dataset(name)) throw InputError(path + ": has no dataset '" + name + "'");
  }
  for (const std::string& name : file.names_in("/")) {
    if (file.is_dataset(name)) table.columns.push_back({name, read_column(file, name, points)});
  }
  return table;
}

}  // namespace simplicit
