#include "support/faults.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using simplicit::hdf5::File;
using simplicit::test::TemporaryDirectory;

namespace {

/// A file whose root carries one attribute made by `write(root, space)`.
std::string file_with_attribute(const TemporaryDirectory& directory,
                                const std::function<void(hid_t root)>& write) {
  const std::string path = directory / "attribute.h5";
  const hdf5::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  write(file.get());
  return path;
}

void write_raw(hid_t root, hid_t stored_type, hid_t memory_type, const void* value,
               const std::vector<hsize_t>& extents = {}) {
  const hdf5::Handle space(extents.empty()
                               ? H5Screate(H5S_SCALAR)
                               : H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                           H5Sclose);
  const hdf5::Handle attribute(H5Acreate2(root, "a", stored_type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose);
  REQUIRE(H5Awrite(attribute.get(), memory_type, value) >= 0);
}

}  // namespace

TEST_CASE("attributes come back as they were set") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  const std::string long_text(200000, 'x');
  {
    File file = File::create(path);
    file.create_group("A");
    file.set_attribute("/", "text", std::string("csr_matrix ‖A‖"));
    file.set_attribute("/", "empty", std::string());
    file.set_attribute("/", "long", long_text);
    file.set_attribute("A", "integer", std::int64_t{-5});
    file.set_attribute("A", "real", 0.1);
    file.set_attribute("A", "list", std::vector<std::int64_t>{4, 5, 6});
    file.set_attribute("A", "none", std::vector<std::int64_t>{});
    file.close();
  }
  const File file = File::open(path);
  CHECK(file.text_attribute("/", "text") == "csr_matrix ‖A‖");
  CHECK(file.text_attribute("/", "empty").empty());
  CHECK(file.text_attribute("/", "long") == long_text);
  CHECK(file.integer_attribute("A", "integer") == -5);
  CHECK(file.real_attribute("A", "real") == 0.1);
  CHECK(file.real_attribute("A", "integer") == -5.0);
  CHECK(file.integers_attribute("A", "list") == std::vector<std::int64_t>{4, 5, 6});
  CHECK(file.integers_attribute("A", "none").empty());
  CHECK(file.has_attribute("A", "real"));
  CHECK_FALSE(file.has_attribute("A", "unreal"));
  CHECK_FALSE(file.has_attribute("B", "real"));
}

TEST_CASE("an attribute set again holds the last value") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  File file = File::create(path);
  file.set_attribute("/", "kappa", 0.5);
  file.set_attribute("/", "kappa", std::string("one"));
  file.close();
  CHECK(File::open(path).text_attribute("/", "kappa") == "one");
}

TEST_CASE("text of fixed length is read without its padding") {
  const TemporaryDirectory directory;
  for (const H5T_str_t padding : {H5T_STR_NULLTERM, H5T_STR_NULLPAD, H5T_STR_SPACEPAD}) {
    const std::string path = file_with_attribute(directory, [&](hid_t root) {
      const hdf5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
      H5Tset_size(type.get(), 8);
      H5Tset_strpad(type.get(), padding);
      write_raw(root, type.get(), type.get(), padding == H5T_STR_SPACEPAD ? "relu    " : "relu\0\0\0\0");
    });
    CHECK(File::open(path).text_attribute("/", "a") == "relu");
  }
}

TEST_CASE("text that fills its fixed length is read whole") {
  const TemporaryDirectory directory;
  const std::string path = file_with_attribute(directory, [&](hid_t root) {
    const hdf5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), 4);
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    write_raw(root, type.get(), type.get(), "tanh");
  });
  CHECK(File::open(path).text_attribute("/", "a") == "tanh");
}

TEST_CASE("integers of every width and byte order are read") {
  const TemporaryDirectory directory;
  const std::int64_t value = 101;
  for (const hid_t type : {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE, H5T_STD_U8LE,
                           H5T_STD_U16BE, H5T_STD_U32BE, H5T_STD_U64BE, H5T_STD_I64BE}) {
    const std::string path =
        file_with_attribute(directory, [&](hid_t root) { write_raw(root, type, H5T_NATIVE_INT64, &value); });
    CHECK(File::open(path).integer_attribute("/", "a") == value);
  }
}

TEST_CASE("booleans as h5py writes them are integers 0 and 1") {
  const TemporaryDirectory directory;
  for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}}) {
    const std::string path = file_with_attribute(directory, [&](hid_t root) {
      const hdf5::Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose);
      const std::int8_t no = 0;
      const std::int8_t yes = 1;
      H5Tenum_insert(type.get(), "FALSE", &no);
      H5Tenum_insert(type.get(), "TRUE", &yes);
      write_raw(root, type.get(), type.get(), &value);
    });
    CHECK(File::open(path).integer_attribute("/", "a") == value);
  }
}

TEST_CASE("a list of one is a single value") {
  const TemporaryDirectory directory;
  const double value = 2.5;
  const std::string path = file_with_attribute(
      directory, [&](hid_t root) { write_raw(root, H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE, &value, {1}); });
  CHECK(File::open(path).real_attribute("/", "a") == value);
}

TEST_CASE("attributes of another type are refused by name") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  File written = File::create(path);
  written.create_group("A");
  written.set_attribute("/", "text", std::string("1"));
  written.set_attribute("A", "real", 1.0);
  written.set_attribute("A", "list", std::vector<std::int64_t>{1, 2});
  written.close();
  const File file = File::open(path);
  CHECK(fault_of([&] { (void)file.integer_attribute("/", "text"); }) ==
        path + ": attribute 'text' is not an integer");
  CHECK(fault_of([&] { (void)file.real_attribute("/", "text"); }) ==
        path + ": attribute 'text' is not a number");
  CHECK(fault_of([&] { (void)file.text_attribute("A", "real"); }) ==
        path + ": attribute 'real' of 'A' is not text");
  CHECK(fault_of([&] { (void)file.integer_attribute("A", "real"); }) ==
        path + ": attribute 'real' of 'A' is not an integer");
  CHECK(fault_of([&] { (void)file.integer_attribute("A", "list"); }) ==
        path + ": attribute 'list' of 'A' holds 2 values, one is expected");
  CHECK(fault_of([&] { (void)file.text_attribute("/", "bias"); }) == path + ": attribute 'bias' is missing");
}
