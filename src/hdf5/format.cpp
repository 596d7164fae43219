#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/hdf5/format.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace simplicit::hdf5 {

void require_version(const File& file, std::int64_t version) {
  const std::int64_t found = file.integer_attribute("/", "format_version");
  if (found == version) return;
  throw InputError(
      fmt::format("{}: has format_version {}, this program reads version {}", file.path(), found, version));
}

void require_format(const File& file, const std::string& format, std::int64_t version,
                    const std::string& advice) {
  const std::string family = "simplicit-";
  const std::string found =
      file.has_attribute("/", "format") ? file.text_attribute("/", "format") : "no format attribute";
  if (found != format) {
    throw InputError(
        fmt::format("{}: is not a {} file ({}){}", file.path(), format.substr(family.size()), found, advice));
  }
  require_version(file, version);
}

nlohmann::json read_provenance(const File& file) {
  if (!file.has_attribute("/", "provenance")) return {};
  nlohmann::json provenance = json_from_text(file.text_attribute("/", "provenance"));
  if (provenance.is_discarded()) throw InputError(file.path() + ": attribute 'provenance' is not JSON");
  return provenance;
}

void write_format(File& file, const std::string& format, std::int64_t version) {
  file.set_attribute("/", "format", format);
  file.set_attribute("/", "format_version", version);
}

void write_provenance(File& file, const nlohmann::json& provenance) {
  file.set_attribute("/", "provenance",
                     provenance.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace simplicit::hdf5
