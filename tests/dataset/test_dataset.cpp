#include "dataset/labels.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/dataset/dataset.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>

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
  write_bytes(directory / "train-labels-idx1-ubyte", idx_bytes({5, 2}, {0, 1, 2, 0, 1, 3, 4, 5, 6, 7}));
  CHECK_THROWS_WITH(load(), Contains("has shape (5, 2)") && Contains("one-hot"));
  write_bytes(directory / "train-images-idx3-ubyte", idx_bytes({5}, {0, 1, 2, 0, 1}));
  CHECK_THROWS_WITH(load(), Contains("images have 2 or more"));
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

TEST_CASE("data sets are found as people name and place them") {
  const std::vector<std::string> stems{"train-images-idx3-ubyte", "train-images.idx3-ubyte",
                                       "TRAIN-IMAGES-IDX3-UBYTE", "emnist-letters-train-images-idx3-ubyte",
                                       "qmnist-train-images-idx3-ubyte"};
  const std::string images = idx_bytes({2, 2, 3}, std::vector<std::uint8_t>(12, 9));
  const std::string labels = idx_bytes({2}, {1, 0});
  for (const std::string place : {"", "raw/", "MNIST/", "FashionMNIST/raw/"}) {
    for (const std::string& stem : stems) {
      for (const std::string end : {"", ".gz", ".GZ"}) {
        const TemporaryDirectory directory;
        std::filesystem::create_directories(directory / place);
        std::string other = stem;
        const bool capitals = stem[0] == 'T';
        other.replace(other.find(capitals ? "IMAGES" : "images"), 6, capitals ? "LABELS" : "labels");
        other.replace(other.find('3'), 1, "1");
        write_bytes(directory / (place + stem + end), end.empty() ? images : gzipped(images));
        write_bytes(directory / (place + other + end), end.empty() ? labels : gzipped(labels));
        CAPTURE(place, stem, end);
        CHECK(load_images(directory.path(), Split::train).labels == std::vector<int>{1, 0});
        CHECK_THROWS_WITH(load_images(directory.path(), Split::test), Contains("no images of the split"));
      }
    }
  }
}

TEST_CASE("two data sets in one folder, and images without labels, are refused by name") {
  const TemporaryDirectory directory;
  const std::string images = idx_bytes({2, 2, 3}, std::vector<std::uint8_t>(12, 9));
  write_bytes(directory / "emnist-letters-test-images-idx3-ubyte", images);
  CHECK_THROWS_WITH(load_images(directory.path(), Split::test), Contains("no file of labels"));
  write_bytes(directory / "emnist-digits-test-images-idx3-ubyte", images);
  CHECK_THROWS_WITH(load_images(directory.path(), Split::test),
                    Contains("several data sets") && Contains("letters") && Contains("digits"));
  for (const std::string name : {"FashionMNIST/raw", "MNIST/raw"}) {
    std::filesystem::create_directories(directory / name);
    write_bytes(directory / (name + "/train-images-idx3-ubyte"), images);
    write_bytes(directory / (name + "/train-labels-idx1-ubyte"), idx_bytes({2}, {1, 0}));
  }
  CHECK_THROWS_WITH(load_images(directory.path(), Split::train), Contains("several data sets"));
  CHECK(load_images(directory / "MNIST", Split::train).images.samples == 2);
}

TEST_CASE("images of whole and of floating-point numbers are read") {
  const TemporaryDirectory directory;
  write_bytes(directory / "train-labels-idx1-ubyte", idx_bytes({2}, {1, 0}));
  const auto load = [&](char type, std::uint32_t columns, const std::vector<std::uint8_t>& content) {
    std::string bytes = idx_bytes({2, 1, columns}, content);
    bytes[2] = type;
    write_bytes(directory / "train-images-idx3-ubyte", bytes);
    return load_images(directory.path(), Split::train);
  };
  CHECK(load('\x0b', 1, {0, 255, 0, 7}).images.pixels == std::vector<std::uint8_t>{255, 7});
  CHECK_THROWS_WITH(load('\x0b', 1, {0, 255, 1, 0}), Contains("holds 256") && Contains("sample 1, entry 0"));
  CHECK(load('\x0d', 1, {0x3f, 0, 0, 0, 0x3f, 0x80, 0, 0}).images.values == std::vector<float>{0.5F, 1});
  CHECK_THROWS_WITH(load('\x0d', 1, {0x7f, 0xc0, 0, 0, 0x3f, 0x80, 0, 0}), Contains("nan at sample 0"));
}

TEST_CASE("classes are read from every shape that leaves no doubt") {
  const auto labels = [](const std::vector<double>& values, const std::vector<Index>& shape) {
    return labels_of(values, shape, "file");
  };
  CHECK(labels({2, 0, 1}, {3}) == std::vector<int>{2, 0, 1});
  CHECK(labels({2, 0, 1}, {3, 1}) == std::vector<int>{2, 0, 1});
  CHECK(labels({0, 0, 1, 1, 0, 0}, {2, 3}) == std::vector<int>{2, 0});
  CHECK(labels({7, 1, 2, 3, 4, 5, 6, 7, 3, 1, 2, 3, 4, 5, 6, 7}, {2, 8}) ==
        std::vector<int>{7, 3});  // QMNIST
  CHECK_THROWS_WITH(labels({0, 0, 1, 1, 0, 1}, {2, 3}), Contains("has shape (2, 3)"));
  CHECK_THROWS_WITH(labels({0, 0, 0, 0}, {2, 2}), Contains("has shape (2, 2)"));
  CHECK_THROWS_WITH(labels({0, 1.5}, {2}), Contains("holds 1.5 at sample 1"));
  CHECK_THROWS_WITH(labels({0, -1}, {2}), Contains("holds -1 at sample 1"));
  CHECK_THROWS_WITH(labels({0, 1}, {1, 1, 2}), Contains("has shape (1, 1, 2)"));
}
