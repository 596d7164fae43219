#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/hdf5/format.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>

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

bool has_signature(const std::string& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::error_code fault;
  if (!std::filesystem::is_regular_file(path, fault)) return false;
  std::array<char, 8> begin{};
  std::ifstream(path, std::ios::binary).read(begin.data(), begin.size());
  return begin == signature;
}

void set_activation(File& file, Activation activation) {
  file.set_attribute("/", "activation", kind_name(activation));
  const bool leaky = activation.kind == Activation::Kind::leaky_relu;
  if (leaky && activation != Activation::leaky_relu)
    file.set_attribute("/", "activation_slope", activation.slope);
}

Activation activation_of(const File& file) {
  const std::string name = file.text_attribute("/", "activation");
  const bool sloped = file.has_attribute("/", "activation_slope");
  const double slope = sloped ? file.real_attribute("/", "activation_slope") : 0;
  try {
    const Activation activation = activation_from_name(name);
    if (!sloped || activation.kind != Activation::Kind::leaky_relu) return activation;
    return Activation::leaky(slope);
  } catch (const InputError& error) {
    throw InputError(file.path() + ": attribute 'activation': " + error.what());
  }
}

}  // namespace simplicit::hdf5
