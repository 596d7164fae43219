// Numbers that lie in files beside the model: read where they are, refused where they are not.
#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <catch2/catch.hpp>
#include <support/onnx_models.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>
#include <fstream>

using namespace simplicit;
using namespace simplicit::test;

namespace {

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The small network with the weights of its head in `location`, at byte `offset`, `length` of them.
OnnxBuilder with_external(const std::string& location, const std::string& offset, const std::string& length) {
  OnnxBuilder net = small_onnx();
  for (onnx::TensorProto& tensor : *net.graph().mutable_initializer()) {
    if (tensor.name() != "v") continue;
    tensor.clear_raw_data();
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    const auto add = [&](const std::string& key, const std::string& value) {
      onnx::StringStringEntryProto& entry = *tensor.add_external_data();
      entry.set_key(key);
      entry.set_value(value);
    };
    add("location", location);
    if (!offset.empty()) add("offset", offset);
    if (!length.empty()) add("length", length);
  }
  return net;
}

std::string fault_of_file(const std::string& path) {
  try {
    (void)read_onnx_bytes(path);
  } catch (const InputError& fault) {
    return fault.what();
  }
  return "";
}

}  // namespace

TEST_CASE("weights beside the model are those inside it") {
  const TemporaryDirectory folder;
  const std::string whole = small_onnx().bytes();
  std::string numbers;
  onnx::ModelProto model;
  REQUIRE(model.ParseFromString(whole));
  for (const onnx::TensorProto& tensor : model.graph().initializer()) {
    if (tensor.name() == "v") numbers = tensor.raw_data();
  }
  write(folder / "net.data", std::string(16, 'x') + numbers + "and more");
  const std::string path = folder / "net.onnx";
  write(path, with_external("net.data", "16", std::to_string(numbers.size())).bytes());
  CHECK(onnx_files(path) == std::vector<std::string>{path, folder / "net.data"});
  const Network there = parse_onnx(read_onnx_bytes(path), path);
  const Network here = parse_onnx(whole, path);
  REQUIRE(there.nodes.size() == here.nodes.size());
  CHECK(std::get<Dense>(there.nodes.back().operation).weights ==
        std::get<Dense>(here.nodes.back().operation).weights);
}

TEST_CASE("numbers that are not where the model says are refused before anything is allocated") {
  const TemporaryDirectory folder;
  const std::string path = folder / "net.onnx";
  write(folder / "net.data", std::string(100, 'x'));
  const auto fault = [&](const std::string& location, const std::string& offset, const std::string& length) {
    write(path, with_external(location, offset, length).bytes());
    return fault_of_file(path);
  };
  CHECK_THAT(fault("missing.data", "", ""), Catch::Contains("missing.data: does not exist"));
  CHECK_THAT(fault("../net.data", "", ""), Catch::Contains("only files beside the model are read"));
  CHECK_THAT(fault("/etc/passwd", "", ""), Catch::Contains("only files beside the model are read"));
  CHECK_THAT(fault("", "", ""), Catch::Contains("only files beside the model are read"));
  CHECK_THAT(fault("net.data", "0", "101"), Catch::Contains("which has 100"));
  CHECK_THAT(fault("net.data", "18446744073709551615", "1"), Catch::Contains("which has 100"));
  CHECK_THAT(fault("net.data", "-1", "1"), Catch::Contains("begin at no byte"));
  std::filesystem::create_symlink("/etc/passwd", folder / "link.data");
  CHECK_THAT(fault("link.data", "", ""), Catch::Contains("only files beside the model are read"));
}
