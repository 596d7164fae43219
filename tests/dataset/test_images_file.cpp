#include <simplicit/base/error.hpp>
#include <simplicit/dataset/dataset.hpp>
#include <simplicit/hdf5/file.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;
using hdf5::File;

TEST_CASE("integer images are pixels over 255, floating-point images stand as they are") {
  const TemporaryDirectory directory;
  const std::string path = directory / "images.h5";
  {
    File file = File::create(path);
    file.create_integer_dataset("images", {2, 3});
    const std::vector<std::int32_t> pixels{0, 255, 51, 102, 1, 2};
    file.write_slab("images", 0, 2, pixels.data());
    file.create_group("test");
    file.write("test/images", {0.5, -1, 3, 4, 5, 6, 7, 8}, {2, 1, 2, 2});
    file.write("test/labels", std::vector<std::int64_t>{3, 1});
  }
  const LabelledImages bytes = load_dataset(path, std::nullopt);
  CHECK(bytes.labels.empty());
  CHECK(bytes.images.shape == std::vector<Index>{3});
  const Matrix U = inputs_of(bytes.images, 0, 2);
  CHECK(U(1, 0) == 1);
  CHECK(U(2, 0) == 51.0 / 255.0);
  float single[4];
  copy_input(bytes.images, 1, single);
  CHECK(single[0] == 102.0F / 255.0F);

  CHECK(load_dataset(path, Split::train).images.features == 3);  // no such group: the root
  const LabelledImages values = load_dataset(path, Split::test, 1);
  CHECK(values.labels == std::vector<int>{3});
  CHECK(values.images.shape == std::vector<Index>{1, 2, 2});
  CHECK(inputs_of(values.images, 0, 1) == Vector((Vector(4) << 0.5, -1, 3, 4).finished()));
  copy_input(values.images, 0, single);
  CHECK(single[1] == -1.0F);
}

TEST_CASE("images that are not finite, or too many, are refused with their place") {
  const TemporaryDirectory directory;
  const std::string path = directory / "images.h5";
  {
    File file = File::create(path);
    file.write("images", {1, 2, 3, std::numeric_limits<double>::infinity()}, {2, 2});
  }
  CHECK_THROWS_WITH(load_dataset(path, std::nullopt),
                    Catch::Contains("'images' holds inf at sample 1, entry 1"));
  CHECK_THROWS_WITH(load_dataset(path, std::nullopt, 3), Catch::Contains("has 2 samples, 3 were asked for"));
  CHECK_THROWS_WITH(load_dataset(directory.path(), std::nullopt), Catch::Contains("--split"));
}

TEST_CASE("labels are one-hot or one column, images may be booleans") {
  const TemporaryDirectory directory;
  const std::string path = directory / "images.h5";
  {
    File file = File::create(path);
    file.write("images", {0, 1, 1, 0}, {2, 2});
    file.write("labels", {0, 1, 0, 1, 0, 0}, {2, 3});
    file.create_group("test");
    file.write("test/images", {0, 1, 1, 0}, {2, 2});
    file.write("test/labels", {4, 2}, {2, 1});
  }
  CHECK(load_dataset(path, std::nullopt).labels == std::vector<int>{1, 0});
  CHECK(load_dataset(path, std::nullopt, 1).labels == std::vector<int>{1});
  CHECK(load_dataset(path, Split::test).labels == std::vector<int>{4, 2});
}
