#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>

#include <catch2/catch.hpp>
#include <hdf5/scattered_files.hpp>
#include <support/temporary_directory.hpp>
#include <sys/stat.h>

using namespace simplicit;
using namespace simplicit::test;
using hdf5::File;
using hdf5::Handle;

namespace {

std::vector<double> all_numbers() {
  std::vector<double> numbers(scattered_samples * scattered_width);
  std::iota(numbers.begin(), numbers.end(), 0.0);
  return numbers;
}

std::string fault_of(const std::string& path) {
  try {
    (void)File::open(path).read_doubles("data");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no fault";
}

using Catch::Contains;

}  // namespace

TEST_CASE("values in files beside are read") {
  const TemporaryDirectory directory;
  plain_file(directory / "0.h5", 0, 2);
  plain_file(directory / "1.h5", 2, 2);
  const std::string whole = plain_file(directory / "whole.h5");
  for (const std::string& path :
       {virtual_file(directory / "virtual.h5", {"0.h5", "1.h5"}),
        virtual_file(directory / "absolute.h5", {directory / "0.h5", directory / "1.h5"}),
        linking_file(directory / "link.h5", "whole.h5"), linking_file(directory / "far_link.h5", "link.h5"),
        externally_stored_file(directory / "stored.h5", "data.raw"),
        partly_written_file(directory / "chunks.h5", scattered_samples), whole}) {
    INFO(path);
    CHECK(File::open(path).read_doubles("data") == all_numbers());
    std::vector<double> rows(2 * scattered_width);
    File::open(path).read_slab("data", 1, 2, rows.data());
    CHECK(rows == std::vector<double>{3, 4, 5, 6, 7, 8});
  }
}

TEST_CASE("files that do not lie beside are not followed") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "other");
  plain_file(directory / "other/0.h5", 0, 2);
  plain_file(directory / "other/1.h5", 2, 2);
  const std::string outside = plain_file(directory / "other/whole.h5");
  CHECK_THAT(fault_of(virtual_file(directory / "v.h5", {"other/0.h5", "other/1.h5"})),
             Contains("other/0.h5") && Contains("beside"));
  for (const std::string& target : {std::string("other/whole.h5"), outside}) {
    CHECK_THAT(fault_of(linking_file(directory / "l.h5", target)),
               Contains("'data' leads to the file") && Contains(target) && Contains("beside"));
  }
  std::filesystem::create_symlink(outside, directory / "link.h5");
  CHECK_THAT(fault_of(linking_file(directory / "l.h5", "link.h5")), Contains("beside"));
  CHECK_THAT(fault_of(externally_stored_file(directory / "e.h5", directory / "other/data.raw")),
             Contains("data.raw") && Contains("beside"));
}

TEST_CASE("a pipe in place of another file is not waited for") {
  const TemporaryDirectory directory;
  REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(fault_of(linking_file(directory / "l.h5", "pipe")), Contains("beside"));
  CHECK_THAT(fault_of(virtual_file(directory / "v.h5", {"pipe", "pipe"})), Contains("beside"));
}

TEST_CASE("a link to a link is followed only beside") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "other");
  plain_file(directory / "other/whole.h5");
  linking_file(directory / "near.h5", "other/whole.h5");
  CHECK_THAT(fault_of(linking_file(directory / "l.h5", "near.h5")), Contains("other/whole.h5"));
}

TEST_CASE("virtual datasets with parts that are not there are refused") {
  const TemporaryDirectory directory;
  plain_file(directory / "0.h5", 0, 2);
  const std::string path = directory / "virtual.h5";
  CHECK_THAT(fault_of(virtual_file(path, {"0.h5", "1.h5"})), Contains("'1.h5'") && Contains("virtual"));
  CHECK_THAT(fault_of(virtual_file(path, {"0.h5"})), Contains("6 of its 12 values have no source"));
  plain_file(directory / "1.h5", 2, 1);
  CHECK_THAT(fault_of(virtual_file(path, {"0.h5", "1.h5"})), Contains("(1, 3), too small"));
  { const Handle empty = created(directory / "1.h5"); }
  CHECK_THAT(fault_of(virtual_file(path, {"0.h5", "1.h5"})), Contains("'1.h5' is missing"));
  partly_written_file(directory / "1.h5", 3);
  CHECK_THAT(fault_of(virtual_file(path, {"0.h5", "1.h5"})),
             Contains("1 of its 4 chunks were never written"));
  virtual_file(directory / "1.h5", {"0.h5"}, 2);  // a source may be virtual itself
  CHECK(fault_of(virtual_file(path, {"0.h5", "1.h5"})) == "no fault");
  virtual_file(directory / "1.h5", {"virtual.h5"}, 2);  // in a circle
  CHECK_THAT(fault_of(virtual_file(path, {"0.h5", "1.h5"})), Contains("without end"));
}

TEST_CASE("what was never written is no zero") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  CHECK_THAT(fault_of(partly_written_file(path, 3)), Contains("1 of its 4 chunks were never written"));
  CHECK_THAT(fault_of(partly_written_file(path, 0)), Contains("4 of its 4 chunks were never written"));
  {
    const Handle file = created(path);
    const Handle space = space_of(4);
    const Handle data(
        H5Dcreate2(file.get(), "data", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose);
  }
  CHECK_THAT(fault_of(path), Contains("was never written"));
}

TEST_CASE("a small file cannot claim a large memory") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  {
    const Handle file = created(path);
    const hsize_t extents[] = {hsize_t{1} << 31}, chunk[] = {hsize_t{1} << 28};
    const Handle space(H5Screate_simple(1, extents, nullptr), H5Sclose);
    const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_chunk(creation.get(), 1, chunk);
    const Handle data(H5Dcreate2(file.get(), "data", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                 creation.get(), H5P_DEFAULT),
                      H5Dclose);
  }
  CHECK_THAT(fault_of(path), Contains("8 of its 8 chunks were never written"));
  {
    const Handle file = created(path);
    const hsize_t extents[] = {hsize_t{1} << 24}, chunk[] = {hsize_t{1} << 24};
    const Handle space(H5Screate_simple(1, extents, nullptr), H5Sclose);
    const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_chunk(creation.get(), 1, chunk);
    for (int twice = 0; twice < 2; ++twice) H5Pset_deflate(creation.get(), 1);
    const Handle data(H5Dcreate2(file.get(), "data", H5T_NATIVE_INT64, space.get(), H5P_DEFAULT,
                                 creation.get(), H5P_DEFAULT),
                      H5Dclose);
    const std::vector<std::int64_t> same(extents[0], 7);
    H5Dwrite(data.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, same.data());
  }
  REQUIRE(std::filesystem::file_size(path) < 100000);
  CHECK_THAT(fault_of(path), Contains("claims 134217728 bytes"));
}
