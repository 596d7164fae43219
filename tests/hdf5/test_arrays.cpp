#include "support/faults.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

#include <limits>

using namespace simplicit;
using simplicit::hdf5::File;
using simplicit::hdf5::Handle;
using simplicit::hdf5::Kind;
using simplicit::test::TemporaryDirectory;

namespace {

struct Layout {
  std::vector<hsize_t> chunk;
  bool compressed = false;
};

/// A file with one dataset "data" of `extents`, stored as `stored_type`.
std::string file_with_dataset(const TemporaryDirectory& directory, hid_t stored_type, hid_t memory_type,
                              const void* values, const std::vector<hsize_t>& extents,
                              const Layout& layout = {}) {
  const std::string path = directory / "dataset.h5";
  const Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  if (!layout.chunk.empty()) {
    H5Pset_chunk(creation.get(), static_cast<int>(layout.chunk.size()), layout.chunk.data());
  }
  if (layout.compressed) H5Pset_deflate(creation.get(), 4);
  const Handle data(
      H5Dcreate2(file.get(), "data", stored_type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
      H5Dclose);
  REQUIRE(H5Dwrite(data.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  return path;
}

}  // namespace

TEST_CASE("whole arrays come back as they were written") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  const std::vector<double> reals{1.5, -0.0, 1e-300, 4, 5, std::numeric_limits<double>::infinity()};
  const std::vector<std::int64_t> wide{std::numeric_limits<std::int64_t>::min(), 0, 1LL << 40};
  const std::vector<std::int32_t> narrow{-7, 8};
  {
    File file = File::create(path);
    file.create_group("A");
    file.write("A/reals", reals, {2, 3});
    file.write("floats", {0.5, 0.1}, {2}, Precision::float32);
    file.write("wide", wide);
    file.write("narrow", narrow);
    file.write("none", std::vector<double>{}, {0, 4});
    file.write("single", {7.0}, {});
    file.close();
  }
  const File file = File::open(path);
  CHECK(file.read_doubles("A/reals") == reals);
  CHECK(file.read_doubles("floats") == std::vector<double>{0.5, static_cast<double>(0.1F)});
  CHECK(file.read_integers("wide") == wide);
  CHECK(file.read_integers("narrow") == std::vector<std::int64_t>{-7, 8});
  CHECK(file.read_doubles("narrow") == std::vector<double>{-7, 8});
  CHECK(file.read_doubles("none").empty());
  CHECK(file.read_doubles("single") == std::vector<double>{7});
  CHECK(file.dataset("A/reals").shape == std::vector<Index>{2, 3});
  CHECK(file.dataset("single").shape.empty());
  CHECK(file.dataset("floats").bytes_per_value == sizeof(float));
  CHECK(file.dataset("narrow").bytes_per_value == sizeof(std::int32_t));
  CHECK(file.dataset("narrow").kind == Kind::integer);
  CHECK(file.dataset("A/reals").kind == Kind::floating);
  CHECK_FALSE(file.dataset("A/reals").chunked);
}

TEST_CASE("integer datasets of every width are read as int64 and as double") {
  const TemporaryDirectory directory;
  const std::vector<std::int64_t> values{0, 1, 100, 127};
  for (const hid_t type : {H5T_STD_I8LE, H5T_STD_U8BE, H5T_STD_I16BE, H5T_STD_U16LE, H5T_STD_I32LE,
                           H5T_STD_U32BE, H5T_STD_I64BE, H5T_STD_U64LE}) {
    const File file = File::open(file_with_dataset(directory, type, H5T_NATIVE_INT64, values.data(), {4}));
    CHECK(file.read_integers("data") == values);
    CHECK(file.read_doubles("data") == std::vector<double>{0, 1, 100, 127});
    std::vector<std::int64_t> slab(2);
    file.read_slab("data", 2, 2, slab.data());
    CHECK(slab == std::vector<std::int64_t>{100, 127});
  }
}

TEST_CASE("slabs are read from every layout and type, in pieces") {
  const TemporaryDirectory directory;
  const Index rows = 23;
  const Index columns = 5;
  std::vector<double> values;
  for (Index i = 0; i < rows * columns; ++i) values.push_back(static_cast<double>(i) / 4);
  const std::vector<hsize_t> extents{23, 5};

  for (const hid_t type : {H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_IEEE_F32BE, H5T_IEEE_F64BE}) {
    for (const Layout& layout : {Layout{}, Layout{{4, 2}}, Layout{{7, 5}, true}}) {
      File file =
          File::open(file_with_dataset(directory, type, H5T_NATIVE_DOUBLE, values.data(), extents, layout));
      CHECK(file.dataset("data").chunked == !layout.chunk.empty());
      for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20}) {
        file.set_piece_bytes(piece_bytes);
        for (const Range& part : {Range{0, rows}, Range{3, 20}, Range{22, 23}, Range{5, 5}}) {
          const std::vector<double> expected(values.begin() + part.begin * columns,
                                             values.begin() + part.end * columns);
          std::vector<double> doubles(expected.size());
          file.read_slab("data", part.begin, part.size(), doubles.data());
          CHECK(doubles == expected);
          std::vector<float> floats(expected.size());
          file.read_slab("data", part.begin, part.size(), floats.data());
          CHECK(std::vector<double>(floats.begin(), floats.end()) == expected);
        }
      }
      CHECK(file.read_doubles("data") == values);
    }
  }
}

TEST_CASE("slabs are written in pieces, in either precision") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  const std::vector<double> values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<std::int32_t> labels{4, 3, 2, 1, 0};
  for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{20}, std::size_t{1} << 20}) {
    File file = File::create(path);
    file.set_piece_bytes(piece_bytes);
    file.create_dataset("float32", {5, 2}, Precision::float32);
    file.create_dataset("float64", {5, 2}, Precision::float64);
    file.create_integer_dataset("labels", {5});
    for (const std::string name : {"float32", "float64"}) {
      file.write_slab(name, 0, 2, values.data());
      file.write_slab(name, 2, 3, values.data() + 4);
    }
    file.write_slab("labels", 0, 5, labels.data());
    file.close();
    const File read = File::open(path);
    CHECK(read.read_doubles("float32") == values);
    CHECK(read.read_doubles("float64") == values);
    CHECK(read.dataset("float32").bytes_per_value == sizeof(float));
    CHECK(read.read_integers("labels") == std::vector<std::int64_t>{4, 3, 2, 1, 0});
  }
}

TEST_CASE("datasets with the wrong content are refused by name") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  File written = File::create(path);
  written.create_group("group");
  written.write("reals", {1.0, 2.0}, {2});
  written.write("single", {1.0}, {});
  written.close();
  const File file = File::open(path);
  double value = 0;
  CHECK(fault_of([&] { (void)file.read_doubles("U"); }) == path + ": dataset 'U' is missing");
  CHECK(fault_of([&] { (void)file.read_doubles("group/U"); }) == path + ": dataset 'group/U' is missing");
  CHECK(fault_of([&] { (void)file.dataset("group"); }) == path + ": 'group' is not a dataset");
  CHECK(fault_of([&] { (void)file.read_integers("reals"); }) ==
        path + ": dataset 'reals' does not hold integers");
  CHECK(fault_of([&] { file.read_slab("single", 0, 1, &value); }) ==
        path + ": dataset 'single' is a single value, rows are expected");
  CHECK(fault_of([&] { (void)file.names_in("nowhere"); }) == path + ": group 'nowhere' is missing");
}

TEST_CASE("text and compound datasets are not numbers") {
  const TemporaryDirectory directory;
  const Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(text.get(), 2);
  std::string path = file_with_dataset(directory, text.get(), text.get(), "abcd", {2});
  CHECK(File::open(path).dataset("data").kind == Kind::text);
  CHECK(fault_of([&] { (void)File::open(path).read_doubles("data"); }) ==
        path + ": dataset 'data' does not hold numbers");

  const Handle compound(H5Tcreate(H5T_COMPOUND, sizeof(double)), H5Tclose);
  H5Tinsert(compound.get(), "x", 0, H5T_NATIVE_DOUBLE);
  const double values[2] = {1, 2};
  path = file_with_dataset(directory, compound.get(), compound.get(), values, {2});
  CHECK(File::open(path).dataset("data").kind == Kind::other);
  CHECK(fault_of([&] { (void)File::open(path).read_integers("data"); }) ==
        path + ": dataset 'data' does not hold integers");
}

TEST_CASE("objects are found at any depth") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  File file = File::create(path);
  file.create_group("b");
  file.create_group("a");
  file.create_group("a/inner");
  file.write("a/inner/data", {1.0}, {1});
  CHECK(file.has("/"));
  CHECK(file.has("a/inner/data"));
  CHECK(file.has("/a/inner"));
  CHECK_FALSE(file.has("a/outer/data"));
  CHECK_FALSE(file.has("data"));
  CHECK(file.names_in("/") == std::vector<std::string>{"a", "b"});
  CHECK(file.names_in("a/inner") == std::vector<std::string>{"data"});
}

TEST_CASE("sizes that no memory holds are refused before allocating") {
  const TemporaryDirectory directory;
  const std::string path = directory / "huge.h5";
  {
    const Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    const Handle chunked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const hsize_t chunk[2] = {1, 1024};
    H5Pset_chunk(chunked.get(), 2, chunk);
    const auto create = [&](const char* name, std::vector<hsize_t> extents, hid_t creation) {
      const Handle space(H5Screate_simple(2, extents.data(), nullptr), H5Sclose);
      const Handle data(
          H5Dcreate2(file.get(), name, H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT),
          H5Dclose);
      REQUIRE(data.valid());
    };
    create("never_written", {1000, 1000}, H5P_DEFAULT);
    create("sparse", {hsize_t{1} << 30, hsize_t{1} << 20}, chunked.get());
    create("wide", {2, hsize_t{1} << 31}, chunked.get());
  }
  const File file = File::open(path);
  double value = 0;
  CHECK_THAT(fault_of([&] { (void)file.read_doubles("never_written"); }),
             Catch::Contains("'never_written' claims 8000000 bytes, but the file has only"));
  CHECK_THAT(fault_of([&] { (void)file.read_doubles("sparse"); }),
             Catch::Contains("'sparse' has shape (1073741824, 1048576), more than the"));
  CHECK_THAT(fault_of([&] { file.read_slab("wide", 0, 1, &value); }),
             Catch::Contains("'wide' has rows of 2 GiB or more, shape (2, 2147483648)"));
}
