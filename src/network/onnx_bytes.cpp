#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

// The bytes of an ONNX file and of the files beside it that hold its numbers (external data of the ONNX
// documentation, "External Data").

namespace simplicit {
namespace {

namespace fs = std::filesystem;

std::string file_bytes(const std::string& path, std::uintmax_t most) {
  std::error_code error;
  if (!fs::exists(path, error)) throw InputError(path + ": does not exist");
  if (!fs::is_regular_file(path, error)) throw InputError(path + ": is not a file");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) throw InputError(path + ": cannot be read: " + error.message());
  if (size > most) throw InputError(fmt::format("{}: has {} bytes, at most {} are read", path, size, most));
  std::string bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size)))
    throw InputError(path + ": cannot be read");
  return bytes;
}

/// Where a tensor's numbers lie when they are in another file.
struct Place {
  std::string file;  ///< beside the model
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< 0 for all that follows
};

std::uint64_t whole_number(const std::string& text, const std::string& fault) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw InputError(fault);
  return value;
}

Place place_of(const onnx::TensorProto& tensor, const std::string& path) {
  const std::string title = path + ": the external data of '" + tensor.name() + "' ";
  Place place;
  for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") place.file = entry.value();
    if (entry.key() == "offset") place.offset = whole_number(entry.value(), title + "begin at no byte");
    if (entry.key() == "length") place.length = whole_number(entry.value(), title + "have no length");
  }
  const fs::path location(place.file);
  const bool leaves =
      location.empty() || location.is_absolute() ||
      std::any_of(location.begin(), location.end(), [](const fs::path& part) { return part == ".."; });
  if (leaves) throw InputError(title + "lie in '" + place.file + "', only files beside the model are read");
  const fs::path folder = fs::path(path).parent_path();
  place.file = (folder / location).string();
  std::error_code error;
  const fs::path inside =
      fs::weakly_canonical(place.file, error)
          .lexically_relative(fs::weakly_canonical(folder.empty() ? fs::path(".") : folder, error));
  if (error || inside.empty() || *inside.begin() == "..") {
    throw InputError(title + "lie in '" + place.file + "', only files beside the model are read");
  }
  return place;
}

bool is_external(const onnx::TensorProto& tensor) {
  return tensor.data_location() == onnx::TensorProto::EXTERNAL;
}

/// Every tensor of the model that nodes may read.
void for_each_tensor(onnx::ModelProto& model, const std::function<void(onnx::TensorProto&)>& visit) {
  for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer()) visit(tensor);
  for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) {
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (attribute.has_t()) visit(*attribute.mutable_t());
    }
  }
}

bool has_external(onnx::ModelProto& model) {
  bool external = false;
  for_each_tensor(model, [&](onnx::TensorProto& tensor) { external = external || is_external(tensor); });
  return external;
}

/// Puts the numbers that lie beside the model into it.
void take_in(onnx::ModelProto& model, const std::string& path) {
  std::map<std::string, std::string> files;
  std::uint64_t total = 0;
  for_each_tensor(model, [&](onnx::TensorProto& tensor) {
    if (!is_external(tensor)) return;
    const Place place = place_of(tensor, path);
    if (!files.contains(place.file)) files[place.file] = file_bytes(place.file, max_onnx_bytes);
    const std::string& bytes = files.at(place.file);
    const std::uint64_t rest = place.offset <= bytes.size() ? bytes.size() - place.offset : 0;
    const std::uint64_t length = place.length == 0 ? rest : place.length;
    if (place.offset > bytes.size() || length > rest) {
      throw InputError(fmt::format("{}: '{}' has its numbers in bytes {} to {} of {}, which has {}", path,
                                   tensor.name(), place.offset, place.offset + length, place.file,
                                   bytes.size()));
    }
    total += length;
    if (total > max_onnx_bytes)
      throw InputError(fmt::format("{}: has more than {} bytes of numbers", path, max_onnx_bytes));
    tensor.set_raw_data(bytes.substr(place.offset, length));
    tensor.clear_external_data();
    tensor.clear_data_location();
  });
}

bool parses(const std::string& bytes, onnx::ModelProto& model) {
  const google::protobuf::LogSilencer silence;
  return model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::string read_onnx_bytes(const std::string& path) {
  std::string bytes = file_bytes(path, max_onnx_bytes);
  onnx::ModelProto model;
  if (!parses(bytes, model) || !has_external(model)) return bytes;
  take_in(model, path);
  return model.SerializeAsString();
}

std::vector<std::string> onnx_files(const std::string& path) {
  std::vector<std::string> files{path};
  onnx::ModelProto model;
  if (!parses(file_bytes(path, max_onnx_bytes), model)) return files;
  for_each_tensor(model, [&](onnx::TensorProto& tensor) {
    if (!is_external(tensor)) return;
    const std::string file = place_of(tensor, path).file;
    if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  });
  return files;
}

}  // namespace simplicit
