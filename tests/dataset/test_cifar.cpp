#include <simplicit/base/error.hpp>
#include <simplicit/dataset/dataset.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

std::uint8_t pixel_of(int sample, int pixel) {
  return static_cast<std::uint8_t>(31 * sample + 7 * pixel + pixel / 256);
}

/// Records of samples from `first` on: these label bytes, then the pixels.
std::string records(int first, const std::vector<std::vector<std::uint8_t>>& labels) {
  std::string bytes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    bytes.insert(bytes.end(), labels[i].begin(), labels[i].end());
    for (int pixel = 0; pixel < 3072; ++pixel)
      bytes.push_back(static_cast<char>(pixel_of(first + static_cast<int>(i), pixel)));
  }
  return bytes;
}

}  // namespace

TEST_CASE("CIFAR-10's batches are one data set in their order") {
  const TemporaryDirectory directory;
  write_bytes(directory / "data_batch_1.bin", records(0, {{3}, {9}}));
  write_bytes(directory / "data_batch_2.bin", records(2, {{0}, {1}, {2}}));
  write_bytes(directory / "test_batch.bin", records(20, {{7}}));
  const LabelledImages train = load_images(directory.path(), Split::train);
  CHECK(train.images.shape == std::vector<Index>{3, 32, 32});
  CHECK(train.images.features == 3072);
  CHECK(train.labels == std::vector<int>{3, 9, 0, 1, 2});
  const Matrix U = inputs_of(train.images, 0, 5);
  for (int sample = 0; sample < 5; ++sample) {
    for (const int pixel : {0, 1023, 1024, 3071}) CHECK(U(pixel, sample) == pixel_of(sample, pixel) / 255.0);
  }
  const LabelledImages test = load_images(directory.path(), Split::test);
  CHECK(test.labels == std::vector<int>{7});
  CHECK(inputs_of(test.images, 0, 1)(5, 0) == pixel_of(20, 5) / 255.0);

  CHECK(load_images(directory.path(), Split::train, 3).labels == std::vector<int>{3, 9, 0});
  CHECK(load_images(directory.path(), Split::train, 1).images.pixels.size() == 3072);
  CHECK_THROWS_WITH(load_images(directory.path(), Split::train, 6), Contains("5 samples, 6 were asked for"));
}

TEST_CASE("of CIFAR-100 the fine labels are read") {
  const TemporaryDirectory directory;
  write_bytes(directory / "train.bin", records(0, {{19, 99}, {0, 42}}));
  write_bytes(directory / "test.bin", records(5, {{1, 8}}));
  const LabelledImages train = load_images(directory.path(), Split::train);
  CHECK(train.labels == std::vector<int>{99, 42});
  CHECK(inputs_of(train.images, 1, 1)(3071, 0) == pixel_of(1, 3071) / 255.0);
  CHECK(load_images(directory.path(), Split::test).labels == std::vector<int>{8});
}

TEST_CASE("damaged CIFAR files are refused by name") {
  const TemporaryDirectory directory;
  const auto load = [&] { return load_images(directory.path(), Split::train); };
  std::string bytes = records(0, {{3}, {9}});
  bytes.pop_back();
  write_bytes(directory / "data_batch_1.bin", bytes);
  CHECK_THROWS_WITH(load(), Contains("data_batch_1.bin: has 6145 bytes") && Contains("records of 3073"));
  write_bytes(directory / "data_batch_1.bin", "");
  CHECK_THROWS_WITH(load(), Contains("data_batch_1.bin: has 0 bytes"));
  write_bytes(directory / "data_batch_1.bin", records(0, {{3}, {10}}));
  CHECK_THROWS_WITH(load(), Contains("label 10 at sample 1"));
  write_bytes(directory / "data_batch_1.bin", records(0, {{3}}));
  write_bytes(directory / "data_batch_2.bin", std::string(3074, '\0'));
  CHECK_THROWS_WITH(load(), Contains("data_batch_2.bin: has 3074 bytes"));

  const TemporaryDirectory other;
  write_bytes(other / "train.bin", records(0, {{20, 0}}));
  CHECK_THROWS_WITH(load_images(other.path(), Split::train), Contains("label 20 at sample 0"));
  write_bytes(other / "train.bin", records(0, {{2, 100}}));
  CHECK_THROWS_WITH(load_images(other.path(), Split::train), Contains("label 100 at sample 0"));
  CHECK_THROWS_WITH(load_images(other.path(), Split::test), Contains("t10k-images-idx3-ubyte"));
}
