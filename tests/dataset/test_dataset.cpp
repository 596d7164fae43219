#include <simplicit/base/error.hpp>
#include <simplicit/dataset/dataset.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

void write_split(const TemporaryDirectory& directory, const std::string& prefix, std::uint32_t samples) {
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;
  for (std::uint32_t i = 0; i < samples * 6; ++i) pixels.push_back(static_cast<std::uint8_t>(37 * i));
  for (std::uint32_t i = 0; i < samples; ++i) labels.push_back(static_cast<std::uint8_t>(i % 3));
  write_bytes(directory / (prefix + "-images-idx3-ubyte"), idx_bytes({samples, 2, 3}, pixels));
  write_bytes(directory / (prefix + "-labels-idx1-ubyte.gz"), gzipped(idx_bytes({samples}, labels)));
}

}  // namespace

TEST_CASE("images and labels of both splits are found, plain or gzipped") {
  const TemporaryDirectory directory;
  write_split(directory, "train", 5);
  write_split(directory, "t10k", 4);
  const LabelledImages train = load_images(directory.path(), Split::train);
  CHECK(train.images.samples == 5);
  CHECK(train.images.features == 6);
  CHECK(train.labels == std::vector<int>{0, 1, 2, 0, 1});
  CHECK(class_count(train.labels) == 3);
  CHECK(load_images(directory.path(), Split::test).images.samples == 4);

  const Matrix U = inputs_of(train.images, 1, 3);
  REQUIRE(U.rows() == 6);
  REQUIRE(U.cols() == 3);
  for (Index j = 0; j < 3; ++j) {
    for (Index i = 0; i < 6; ++i)
      CHECK(U(i, j) == static_cast<double>((37 * ((j + 1) * 6 + i)) % 256) / 255.0);
  }
}

TEST_CASE("the first samples are taken, and no more than there are") {
  const TemporaryDirectory directory;
  write_split(directory, "train", 5);
  const LabelledImages first = load_images(directory.path(), Split::train, 2);
  CHECK(first.images.samples == 2);
  CHECK(first.images.pixels.size() == 12);
  CHECK(first.labels == std::vector<int>{0, 1});
  CHECK(load_images(directory.path(), Split::train, 5).labels.size() == 5);
  CHECK_THROWS_WITH(load_images(directory.path(), Split::train, 6), Contains("5 samples, 6 were asked for"));
  CHECK_THROWS_AS(load_images(directory.path(), Split::train, 0), InputError);
  CHECK_THROWS_AS(load_images(directory.path(), Split::train, -3), InputError);
}

TEST_CASE("a dataset that does not fit together is refused with the file's name") {
  const TemporaryDirectory directory;
  const auto load = [&] { return load_images(directory.path(), Split::train); };
  CHECK_THROWS_WITH(load_images(directory / "nowhere", Split::train), Contains("nowhere"));
  CHECK_THROWS_WITH(load(), Contains("train-images-idx3-ubyte"));
  write_split(directory, "train", 5);
  write_bytes(directory / "train-labels-idx1-ubyte", idx_bytes({4}, {0, 1, 2, 0}));
  CHECK_THROWS_WITH(load(), Contains("train-labels-idx1-ubyte: has 4 labels") && Contains("has 5 images"));
  write_bytes(directory / "train-labels-idx1-ubyte", idx_bytes({5, 1}, {0, 1, 2, 0, 1}));
  CHECK_THROWS_WITH(load(), Contains("labels have 1"));
  write_bytes(directory / "train-images-idx3-ubyte", idx_bytes({5}, {0, 1, 2, 0, 1}));
  CHECK_THROWS_WITH(load(), Contains("images have 2 or 3"));
}

TEST_CASE("data that do not fit a network are refused") {
  LabelledImages data = random_images(10, 6, 3, 1);
  CHECK_NOTHROW(require_fit(data, 6, 3, "the baseline"));
  CHECK_THROWS_WITH(require_fit(data, 7, 3, "the baseline"),
                    Contains("random-images: has 6 pixels") && Contains("the baseline has 7"));
  data.labels[4] = 3;
  CHECK_THROWS_WITH(require_fit(data, 6, 3, "the baseline"),
                    Contains("random-labels: has label 3 at sample 4"));
  CHECK_THROWS_AS(split_from_name("validation"), InputError);
}
