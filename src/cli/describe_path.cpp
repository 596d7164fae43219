#include "cli/describe_kinds.hpp"
#include <simplicit/path/path_table.hpp>

namespace simplicit::cli {

std::string describe_path(const std::string& path) {
  const PathTable table = read_path(path);
  Description description(heading(path, "path file"));
  description.add("points", std::to_string(table.points()));
  std::string figures;
  for (const PathTable::Column& column : table.columns)
    figures += (figures.empty() ? "" : ", ") + column.name;
  description.add("figures", figures);
  add_provenance(description, table.provenance);
  return description.text() + "\n" + to_text(table);
}

}  // namespace simplicit::cli
