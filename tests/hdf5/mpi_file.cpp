#include "hdf5/mpiio_access.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>

#include <catch2/catch.hpp>
#include <hdf5/scattered_files.hpp>
#include <support/temporary_directory.hpp>

#include <fstream>
#include <numeric>

using namespace simplicit;
using simplicit::hdf5::File;
using simplicit::hdf5::Handle;
using simplicit::test::TemporaryDirectory;

namespace {

constexpr Index columns = 7;

double value_at(Index row, Index column) {
  return static_cast<double>(row * 100 + column);
}

std::vector<double> rows_of(const Range& rows) {
  std::vector<double> values;
  for (Index row = rows.begin; row < rows.end; ++row) {
    for (Index column = 0; column < columns; ++column) values.push_back(value_at(row, column));
  }
  return values;
}

/// Rank r takes r rows more than rank r - 1, and the last rank nothing: uneven and empty at every rank count.
Range uneven_share(const Communicator& ranks, Index rows) {
  const Index rank = ranks.rank();
  const Index begin = std::min(rows, 5 * rank + rank * (rank - 1) / 2);
  if (ranks.size() > 1 && rank == ranks.size() - 1) return {rows, rows};
  if (rank == std::max(0, ranks.size() - 2)) return {begin, rows};
  return {begin, std::min(rows, begin + 5 + rank)};
}

/// What every rank is told; a rank that hears something else fails the test.
std::string common_fault(const Communicator& ranks, const std::function<void()>& step) {
  std::string fault = "no fault";
  try {
    step();
  } catch (const Error& error) {
    fault = error.what();
  }
  std::string of_root = fault;
  ranks.broadcast(of_root);
  CHECK(fault == of_root);
  return fault;
}

enum class Storage { contiguous, chunked, compressed };

/// Written by root, so that collective reading is tested apart from collective writing.
void write_dataset(const Communicator& ranks, const std::string& path, hid_t type, Index rows,
                   Storage storage) {
  on_root(ranks, [&] {
    const Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    const hsize_t extents[2] = {static_cast<hsize_t>(rows), columns};
    const hsize_t chunk[2] = {std::min<hsize_t>(4, extents[0]), 3};
    const Handle space(H5Screate_simple(2, extents, nullptr), H5Sclose);
    const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    if (storage != Storage::contiguous) H5Pset_chunk(creation.get(), 2, chunk);
    if (storage == Storage::compressed) {
      H5Pset_deflate(creation.get(), 1);
      H5Pset_fletcher32(creation.get());
    }
    const Handle data(
        H5Dcreate2(file.get(), "data", type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
        H5Dclose);
    const std::vector<double> values = rows_of({0, rows});
    if (H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
      throw SystemError("the test file was not written");
    }
  });
}

template <class T>
bool reads(const File& file, const Range& part) {
  const std::vector<double> expected = rows_of(part);
  std::vector<T> values(expected.size());
  file.read_slab("data", part.begin, part.size(), values.data());
  return std::vector<double>(values.begin(), values.end()) == expected;
}

}  // namespace

TEST_CASE("uneven and empty slabs of every storage are read by all ranks") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "file.h5";
  for (const Storage storage : {Storage::contiguous, Storage::chunked, Storage::compressed}) {
    for (const hid_t type : {H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_IEEE_F64BE, H5T_STD_I32LE}) {
      for (const Index rows : {Index{1}, Index{37}}) {
        write_dataset(ranks, path, type, rows, storage);
        File file = File::open_collective(path, ranks);
        for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{200}, std::size_t{1} << 20}) {
          file.set_piece_bytes(piece_bytes);
          const bool native = type == H5T_IEEE_F32LE || type == H5T_IEEE_F64LE;
          for (const Range& part : {uneven_share(ranks, rows), share(rows, ranks.rank(), ranks.size())}) {
            CHECK(reads<double>(file, part));
            CHECK(file.transferred_collectively() == (native && storage != Storage::compressed));
            CHECK(reads<float>(file, part));
            CHECK(file.transferred_collectively() == (native && storage != Storage::compressed));
          }
        }
        file.close();
      }
    }
  }
}

TEST_CASE("ranks may all have nothing to read") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "file.h5";
  write_dataset(ranks, path, H5T_IEEE_F32LE, 3, Storage::contiguous);
  File file = File::open_collective(path, ranks);
  CHECK(reads<double>(file, {3, 3}));
  CHECK(reads<double>(file, {0, 3}));
  file.close();
}

TEST_CASE("all ranks write one file together") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "file.h5";
  const Index rows = 41;
  const Range part = uneven_share(ranks, rows);
  for (const std::size_t piece_bytes : {std::size_t{60}, std::size_t{1} << 20}) {
    File file = File::create_collective(path, ranks, [&](File& described) {
      described.set_attribute("/", "format", std::string("simplicit-states"));
      described.set_attribute("/", "bias", std::int64_t{1});
      described.create_group("group");
      described.create_dataset("float32", {rows, columns}, Precision::float32);
      described.create_dataset("group/float64", {rows, columns}, Precision::float64);
      described.create_integer_dataset("labels", {rows});
    });
    file.set_piece_bytes(piece_bytes);
    const auto size = std::filesystem::file_size(path);
    const std::vector<double> values = rows_of(part);
    file.write_slab("float32", part.begin, part.size(), values.data());
    CHECK(file.transferred_collectively());
    file.write_slab("group/float64", part.begin, part.size(), values.data());
    CHECK(file.transferred_collectively());
    std::vector<std::int32_t> labels(static_cast<std::size_t>(part.size()));
    std::iota(labels.begin(), labels.end(), static_cast<std::int32_t>(part.begin));
    file.write_slab("labels", part.begin, part.size(), labels.data());
    CHECK(file.transferred_collectively());
    file.close();
    CHECK(std::filesystem::file_size(path) == size);  // it had its size before the first value

    const File read = File::open(path);
    CHECK(read.text_attribute("/", "format") == "simplicit-states");
    CHECK(read.integer_attribute("/", "bias") == 1);
    CHECK(read.read_doubles("float32") == rows_of({0, rows}));
    CHECK(read.read_doubles("group/float64") == rows_of({0, rows}));
    std::vector<std::int64_t> expected(static_cast<std::size_t>(rows));
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(read.read_integers("labels") == expected);
    ranks.barrier();
  }
}

TEST_CASE("all ranks hear the same about a file that cannot be opened") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "file.h5";
  const auto fault = [&] { return common_fault(ranks, [&] { (void)File::open_collective(path, ranks); }); };
  CHECK(fault() == path + ": does not exist");
  on_root(ranks, [&] { std::ofstream(path) << "text"; });
  CHECK(fault() == path + ": is not an HDF5 file");
  write_dataset(ranks, path, H5T_IEEE_F64LE, 100, Storage::contiguous);
  on_root(ranks, [&] { std::filesystem::resize_file(path, std::filesystem::file_size(path) - 100); });
  CHECK_THAT(fault(), Catch::StartsWith(path + ": is truncated or damaged"));
  const std::string nowhere = directory / "nowhere/file.h5";
  CHECK_THAT(common_fault(ranks, [&] { (void)File::create_collective(nowhere, ranks, [](File&) {}); }),
             Catch::StartsWith(nowhere + ": cannot be created"));
}

TEST_CASE("a file that only some nodes see the same is refused on all ranks") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string own = directory / ("file" + std::to_string(ranks.rank()) + ".h5");
  write_dataset(Communicator::self(), own, H5T_IEEE_F64LE, 10 + ranks.rank(), Storage::contiguous);
  ranks.barrier();
  std::string told = "no fault";
  try {
    (void)File::open_collective(own, ranks);
  } catch (const Error& error) {
    told = error.what();
  }
  if (ranks.size() > 1) {
    CHECK_THAT(told, Catch::StartsWith((directory / "file1.h5") + ": is not the same file on every node: "));
  }
}

TEST_CASE("all ranks hear of a dataset that is missing or damaged on some of them") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "file.h5";
  const Index rows = 40;
  write_dataset(ranks, path, H5T_IEEE_F64LE, rows, Storage::compressed);
  on_root(ranks, [&] {  // the last chunk written is the last rank's to read
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-3, std::ios::end);
    file.write("xyz", 3);
  });
  const File file = File::open_collective(path, ranks);
  const Range part = share(rows, ranks.rank(), ranks.size());
  std::vector<double> values(static_cast<std::size_t>(part.size() * columns));
  CHECK(common_fault(ranks, [&] { file.read_slab("U", part.begin, part.size(), values.data()); }) ==
        path + ": dataset 'U' is missing");
  CHECK_THAT(common_fault(ranks, [&] { file.read_slab("data", part.begin, part.size(), values.data()); }),
             Catch::StartsWith(path + ": dataset 'data' cannot be read"));
}

TEST_CASE("hints for the file system reach MPI-IO, and metadata is collective") {
  const auto ranks = Communicator::world();
  ::setenv("SIMPLICIT_MPIIO_HINTS", "striping_factor=8;striping_unit=4194304", 1);
  const Handle access = hdf5::mpiio_access(ranks, hdf5::file_place("any.h5"));
  ::unsetenv("SIMPLICIT_MPIIO_HINTS");
  MPI_Comm comm = MPI_COMM_NULL;
  MPI_Info info = MPI_INFO_NULL;
  REQUIRE(H5Pget_fapl_mpio(access.get(), &comm, &info) >= 0);
  REQUIRE(info != MPI_INFO_NULL);
  for (const auto& [key, expected] : {std::pair{"striping_factor", "8"}, {"striping_unit", "4194304"}}) {
    char value[32] = "";
    int found = 0;
    MPI_Info_get(info, key, sizeof value - 1, value, &found);
    CHECK(std::string(value) == expected);
  }
  MPI_Info_free(&info);
  MPI_Comm_free(&comm);
  hbool_t collective = false;
  CHECK((H5Pget_all_coll_metadata_ops(access.get(), &collective) >= 0 && collective));
  CHECK((H5Pget_coll_metadata_write(access.get(), &collective) >= 0 && collective));
}

TEST_CASE("hints for the file system are checked") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string path = directory / "file.h5";
  write_dataset(ranks, path, H5T_IEEE_F64LE, 5, Storage::contiguous);
  ::setenv("SIMPLICIT_MPIIO_HINTS", "cb_nodes=1;romio_cb_read=enable;", 1);
  CHECK(reads<double>(File::open_collective(path, ranks), {0, 5}));
  ::setenv("SIMPLICIT_MPIIO_HINTS", "cb_nodes", 1);
  if (ranks.size() > 1) {
    CHECK(common_fault(ranks, [&] { (void)File::open_collective(path, ranks); }) ==
          "SIMPLICIT_MPIIO_HINTS: 'cb_nodes' is not of the form key=value");
  }
  ::unsetenv("SIMPLICIT_MPIIO_HINTS");
}

TEST_CASE("values in other files are read at any number of ranks, those missing are refused by all") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  std::vector<std::string> paths{directory / "virtual.h5", directory / "link.h5", directory / "stored.h5"};
  const std::string incomplete = directory / "incomplete.h5";
  const std::string unsourced = directory / "unsourced.h5";
  on_root(ranks, [&] {
    test::plain_file(directory / "0.h5", 0, 2);
    test::plain_file(directory / "1.h5", 2, 2);
    test::plain_file(directory / "whole.h5");
    test::virtual_file(paths[0], {"0.h5", "1.h5"});
    test::linking_file(paths[1], "whole.h5");
    test::externally_stored_file(paths[2], "data.raw");
    test::partly_written_file(incomplete, 3);
    test::virtual_file(unsourced, {"0.h5", "2.h5"});
  });
  const Range own = share(4, ranks.rank(), ranks.size());
  for (const std::string& path : paths) {
    INFO(path);
    std::vector<double> values(static_cast<std::size_t>(3 * own.size()));
    const File file = File::open_collective(path, ranks);
    file.read_slab("data", own.begin, own.size(), values.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      CHECK(values[i] == static_cast<double>(3 * own.begin) + static_cast<double>(i));
    }
  }
  std::vector<double> values(12);
  CHECK_THAT(
      common_fault(ranks,
                   [&] { File::open_collective(incomplete, ranks).read_slab("data", 0, 4, values.data()); }),
      Catch::Contains("never written"));
  CHECK_THAT(
      common_fault(ranks,
                   [&] { File::open_collective(unsourced, ranks).read_slab("data", 0, 4, values.data()); }),
      Catch::Contains("'2.h5'"));
}
