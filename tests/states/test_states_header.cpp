#include <simplicit/base/error.hpp>
#include <simplicit/states/states_file.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <fstream>
#include <limits>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::string fault_of(const std::string& path) {
  try {
    (void)read_states_header(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no fault";
}

/// A states file of 20 samples, p = 5, n = 7, q = 3 that can be spoilt.
class StatesFile {
 public:
  StatesFile() : content(random_states({20, 5, 7, 3}, 1)), path(directory / "states.h5") {}

  /// What the reader says of the content as it is now, after its own path.
  std::string fault() {
    write_states_file(path, content);
    return fault_after_path();
  }
  /// The same after changing the finished file through HDF5.
  std::string fault(const std::function<void(hid_t file)>& spoil) {
    write_states_file(path, content);
    {
      const hdf5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
      spoil(file.get());
    }
    return fault_after_path();
  }

  TemporaryDirectory directory;
  StatesFileContent content;
  std::string path;

 private:
  std::string fault_after_path() const {
    const std::string fault = fault_of(path);
    const std::string head = path + ": ";
    return fault.rfind(head, 0) == 0 ? fault.substr(head.size()) : fault;
  }
};

void remove(hid_t file, const char* name) {
  REQUIRE(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
}

/// An empty dataset in place of the one that was there.
void replace(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& extents) {
  if (H5Lexists(file, name, H5P_DEFAULT) > 0) remove(file, name);
  const hdf5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY);
  const hdf5::Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                           H5Sclose);
  const hdf5::Handle data(H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                          H5Dclose);
  REQUIRE(data.valid());
}

template <class T>
void set_number(hid_t file, const char* name, hid_t type, T value) {
  if (H5Aexists(file, name) > 0) H5Adelete(file, name);
  const hdf5::Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const hdf5::Handle attribute(H5Acreate2(file, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  REQUIRE(H5Awrite(attribute.get(), type, &value) >= 0);
}

void set_text(hid_t file, const char* name, const std::string& text) {
  if (H5Aexists(file, name) > 0) H5Adelete(file, name);
  const hdf5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), text.size());
  const hdf5::Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const hdf5::Handle attribute(H5Acreate2(file, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose);
  REQUIRE(H5Awrite(attribute.get(), type.get(), text.data()) >= 0);
}

}  // namespace

TEST_CASE("the header says what the file holds") {
  StatesFile states;
  states.content.activation = Activation::tanh;
  states.content.bias = true;
  states.content.baseline_parameters = 123;
  states.content.layer_sizes = {2, 5};
  states.content.state_scale = {1, 2, 3, 4, 5, 6, 0.1};
  states.content.precision = Precision::float32;
  write_states_file(states.path, states.content);

  const StatesHeader header = read_states_header(states.path);
  CHECK(header.path == states.path);
  CHECK(header.samples == 20);
  CHECK(header.inputs == 5);
  CHECK(header.states == 7);
  CHECK(header.outputs == 3);
  CHECK(header.precision == Precision::float32);
  CHECK(header.activation == Activation::tanh);
  CHECK(header.bias);
  CHECK(header.features() == 13);
  CHECK(header.baseline_parameters == 123);
  CHECK(header.layer_sizes == std::vector<Index>{2, 5});
  REQUIRE(header.state_scale);
  CHECK(header.state_scale->size() == 7);
  CHECK((*header.state_scale)(6) == 0.1);
  CHECK(header.has_labels);
  CHECK_FALSE(header.has_baseline);
}

TEST_CASE("what other tools leave out takes its default") {
  StatesFile states;
  states.content.with_format = false;
  states.content.activation.reset();
  states.content.bias.reset();
  states.content.baseline_parameters.reset();
  states.content.labels.clear();
  write_states_file(states.path, states.content);
  const StatesHeader header = read_states_header(states.path);
  CHECK(header.activation == Activation::relu);
  CHECK_FALSE(header.bias);
  CHECK(header.features() == 12);
  CHECK_FALSE(header.baseline_parameters);
  CHECK(header.layer_sizes.empty());
  CHECK_FALSE(header.state_scale);
  CHECK_FALSE(header.has_labels);
  CHECK(header.precision == Precision::float64);
}

TEST_CASE("one dataset in double precision makes the states double") {
  StatesFile states;
  states.content.precision = Precision::float32;
  for (const char* name : {"U", "X", "Z", "Y"}) {
    const hsize_t width = name[0] == 'U' ? 5 : name[0] == 'Y' ? 3 : 7;
    CHECK(states.fault([&](hid_t file) {
      replace(file, name, H5T_NATIVE_DOUBLE, {20, width});
    }) == "no fault");
    CHECK(read_states_header(states.path).precision == Precision::float64);
  }
}

TEST_CASE("files that are no states are told apart") {
  StatesFile states;
  const std::string missing = states.directory / "missing.h5";
  CHECK(fault_of(missing) == missing + ": does not exist");
  CHECK(fault_of(states.directory.path()) == states.directory.path() + ": is a directory");
  std::ofstream(states.path) << "";
  CHECK(fault_of(states.path) == states.path + ": is empty");
  std::ofstream(states.path) << "U,X,Z,Y\n";
  CHECK(fault_of(states.path) == states.path + ": is not an HDF5 file");
  write_states_file(states.path, states.content);
  std::filesystem::resize_file(states.path, std::filesystem::file_size(states.path) / 2);
  CHECK_THAT(fault_of(states.path), Catch::StartsWith(states.path + ": is truncated or damaged"));

  const auto with_format = [&](const char* format) {
    return states.fault([&](hid_t file) { set_text(file, "format", format); });
  };
  CHECK(with_format("simplicit-model") == "is a model file, states are expected");
  CHECK(with_format("simplicit-outputs") == "is an outputs file, states are expected");
  CHECK(with_format("keras") == "attribute 'format' is 'keras', 'simplicit-states' is expected");
  CHECK(states.fault([](hid_t file) { set_number(file, "format", H5T_NATIVE_INT, 1); }) ==
        "attribute 'format' is not text");
}

TEST_CASE("formats of the future are refused") {
  StatesFile states;
  const auto with_version = [&](int version) {
    return states.fault([&](hid_t file) { set_number(file, "format_version", H5T_NATIVE_INT, version); });
  };
  CHECK(with_version(1) == "no fault");
  CHECK(with_version(2) == "attribute 'format_version' is 2, this program reads 1");
  CHECK(with_version(0) == "attribute 'format_version' is 0, this program reads 1");
}

TEST_CASE("datasets that are missing or misshapen are named with their shapes") {
  StatesFile states;
  for (const std::string name : {"U", "X", "Z", "Y"}) {
    CHECK(states.fault([&](hid_t file) { remove(file, name.c_str()); }) ==
          "dataset '" + name + "' is missing");
    CHECK(states.fault([&](hid_t file) { replace(file, name.c_str(), H5T_NATIVE_FLOAT, {20}); }) ==
          "dataset '" + name + "' has shape (20,), (samples, entries) is expected");
    CHECK(states.fault([&](hid_t file) {
      replace(file, name.c_str(), H5T_NATIVE_FLOAT, {20, 1, 2});
    }) == "dataset '" + name + "' has shape (20, 1, 2), (samples, entries) is expected");
    CHECK(states.fault([&](hid_t file) {
      replace(file, name.c_str(), H5T_NATIVE_FLOAT, {0, 5});
    }) == "dataset '" + name + "' has shape (0, 5), at least one sample and one entry are needed");
    CHECK(states.fault([&](hid_t file) {
      replace(file, name.c_str(), H5T_NATIVE_FLOAT, {20, 0});
    }) == "dataset '" + name + "' has shape (20, 0), at least one sample and one entry are needed");
    CHECK(states.fault([&](hid_t file) {
      replace(file, name.c_str(), H5T_C_S1, {20, 5});
    }) == "dataset '" + name + "' does not hold numbers");
    CHECK(states.fault([&](hid_t file) {
      remove(file, name.c_str());
      H5Gclose(H5Gcreate2(file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    }) == "'" + name + "' is not a dataset");
  }
  const auto with_shape = [&](const char* name, hsize_t rows, hsize_t columns) {
    return states.fault([&](hid_t file) { replace(file, name, H5T_NATIVE_DOUBLE, {rows, columns}); });
  };
  CHECK(with_shape("X", 19, 7) ==
        "datasets 'U' with shape (20, 5) and 'X' with shape (19, 7) differ in their number of samples");
  CHECK(with_shape("Z", 21, 7) ==
        "datasets 'X' with shape (20, 7) and 'Z' with shape (21, 7) differ in their number of samples");
  CHECK(with_shape("Z", 20, 8) ==
        "datasets 'X' with shape (20, 7) and 'Z' with shape (20, 8) differ in their number of states");
  CHECK(with_shape("Y", 5, 3) ==
        "datasets 'U' with shape (20, 5) and 'Y' with shape (5, 3) differ in their number of samples");
}

TEST_CASE("attributes with impossible values are named") {
  StatesFile states;
  CHECK(states.fault([](hid_t file) { set_text(file, "activation", "softmax"); }) ==
        "attribute 'activation': activation 'softmax' is none of relu, leaky_relu, tanh, sigmoid, identity");
  CHECK(states.fault([](hid_t file) { set_number(file, "activation", H5T_NATIVE_INT, 3); }) ==
        "attribute 'activation' is not text");
  CHECK(states.fault([](hid_t file) { set_number(file, "bias", H5T_NATIVE_INT, 2); }) ==
        "attribute 'bias' is 2, 0 or 1 is expected");
  CHECK(states.fault([](hid_t file) { set_text(file, "bias", "yes"); }) ==
        "attribute 'bias' is not an integer");
  CHECK(states.fault([](hid_t file) { set_number(file, "bias", H5T_NATIVE_DOUBLE, 1.0); }) ==
        "attribute 'bias' is not an integer");
  CHECK(states.fault([](hid_t file) { set_number(file, "baseline_parameters", H5T_NATIVE_INT, 0); }) ==
        "attribute 'baseline_parameters' is 0, a positive number is expected");
  CHECK(states.fault([](hid_t file) { set_number(file, "baseline_connections", H5T_NATIVE_INT, -1); }) ==
        "attribute 'baseline_connections' is -1, a positive number is expected");
}

TEST_CASE("labels outside the classes or of the wrong form are named") {
  StatesFile states;
  states.content.labels[13] = 3;
  CHECK(states.fault() == "dataset 'labels' holds 3 at sample 13 (counted from 0), 0 to 2 are expected");
  states.content.labels[13] = -1;
  CHECK(states.fault() == "dataset 'labels' holds -1 at sample 13 (counted from 0), 0 to 2 are expected");
  states.content.labels[13] = std::numeric_limits<std::int64_t>::max();
  CHECK_THAT(states.fault(), Catch::Contains("holds 9223372036854775807 at sample 13"));
  states.content.labels.assign(19, 0);
  CHECK(states.fault() == "dataset 'labels' has shape (19,), (20,) is expected");
  CHECK(states.fault([](hid_t file) {
    replace(file, "labels", H5T_NATIVE_INT, {20, 1});
  }) == "dataset 'labels' has shape (20, 1), (20,) is expected");
  CHECK(states.fault([](hid_t file) { replace(file, "labels", H5T_NATIVE_DOUBLE, {20}); }) ==
        "dataset 'labels' does not hold integers");
  CHECK(states.fault([](hid_t file) { replace(file, "labels", H5T_STD_U8BE, {20}); }) == "no fault");
}

TEST_CASE("layer sizes have to sum to the states") {
  StatesFile states;
  states.content.layer_sizes = {3, 4};
  CHECK(states.fault() == "no fault");
  states.content.layer_sizes = {3, 5};
  CHECK(states.fault() == "dataset 'layer_sizes' sums to 8, X has 7 states");
  states.content.layer_sizes = {2, 4};
  CHECK(states.fault() == "dataset 'layer_sizes' sums to 6, X has 7 states");
  states.content.layer_sizes = {-1, 7};
  CHECK(states.fault() == "dataset 'layer_sizes' holds -1, a layer of the 7 states is expected");
  states.content.layer_sizes = {1, 1, 1, 1, 1, 1, 1, 1};
  CHECK(states.fault() == "dataset 'layer_sizes' has shape (8,), at most (7,) is expected");
}

TEST_CASE("state scales have to be positive and finite, one a state") {
  StatesFile states;
  const auto with_entry = [&](double value) {
    states.content.state_scale.assign(7, 1.0);
    states.content.state_scale[4] = value;
    return states.fault();
  };
  const std::string expected = " at entry 4 (counted from 0), positive finite factors are expected";
  CHECK(with_entry(1e-30) == "no fault");
  CHECK(with_entry(0) == "dataset 'state_scale' holds 0.000000" + expected);
  CHECK(with_entry(-2) == "dataset 'state_scale' holds -2.000000" + expected);
  CHECK_THAT(with_entry(std::nan("")), Catch::EndsWith("nan" + expected));
  CHECK_THAT(with_entry(std::numeric_limits<double>::infinity()), Catch::EndsWith("inf" + expected));
  states.content.state_scale.assign(6, 1.0);
  CHECK(states.fault() == "dataset 'state_scale' has shape (6,), (7,) is expected");
}
