#include "model/rows_group.hpp"

#include "model/csr_group.hpp"
#include <simplicit/base/error.hpp>

#include <algorithm>

namespace simplicit {
namespace {

[[noreturn]] void refuse_rows(const hdf5::File& file, const std::string& fault) {
  throw InputError(file.path() + ": " + fault);
}

std::vector<std::int64_t> read_counts(const hdf5::File& file, const std::string& name, Index rows) {
  require_list(file, name, hdf5::Kind::integer, rows);
  std::vector<std::int64_t> counts = file.read_integers(name);
  if (std::ranges::any_of(counts, [](std::int64_t count) { return count < 0; })) {
    refuse_rows(file, "'" + name + "' has a negative number");
  }
  return counts;
}

}  // namespace

ImplicitModel::Rows read_rows(const hdf5::File& file, const std::string& group, Index rows) {
  const auto read_reals = [&](const std::string& name) {
    require_list(file, name, hdf5::Kind::floating, rows);
    return file.read_doubles(name);
  };
  ImplicitModel::Rows table;
  table.primal = read_reals(group + "/primal");
  table.dual = read_reals(group + "/dual");
  table.relative_gap = read_reals(group + "/relative_gap");
  table.status = read_counts(file, group + "/status", rows);
  table.iterations = read_counts(file, group + "/iterations", rows);
  table.nonzeros = read_counts(file, group + "/nonzeros", rows);
  table.seconds = read_reals(group + "/seconds");
  const auto last = static_cast<std::int64_t>(last_row_status);
  if (std::ranges::any_of(table.status, [&](std::int64_t status) { return status > last; })) {
    refuse_rows(file, "'" + group + "/status' has an unknown status");
  }
  return table;
}

void write_rows(hdf5::File& file, const std::string& group, const ImplicitModel::Rows& rows, Index count) {
  const auto write_reals = [&](const std::string& name, const std::vector<double>& values) {
    SIMPLICIT_ASSERT(std::ssize(values) == count, name);
    file.write(name, values, {count});
  };
  const auto write_counts = [&](const std::string& name, const std::vector<std::int64_t>& values) {
    SIMPLICIT_ASSERT(std::ssize(values) == count, name);
    file.write(name, values);
  };
  file.create_group(group);
  write_reals(group + "/primal", rows.primal);
  write_reals(group + "/dual", rows.dual);
  write_reals(group + "/relative_gap", rows.relative_gap);
  write_counts(group + "/status", rows.status);
  write_counts(group + "/iterations", rows.iterations);
  write_counts(group + "/nonzeros", rows.nonzeros);
  write_reals(group + "/seconds", rows.seconds);
}

}  // namespace simplicit
