#pragma once

#include <simplicit/base/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Which half of a dataset.
enum class Split { train, test };
/// "train", "test"; throws InputError on anything else.
[[nodiscard]] Split split_from_name(const std::string& name);

/// Images one after the other, as bytes where they are bytes: an eighth of what doubles would take.
struct Images {
  Index samples = 0;                 ///< m
  Index features = 0;                ///< p
  std::vector<Index> shape;          ///< of one image, last axis fastest; empty when unknown
  std::vector<std::uint8_t> pixels;  ///< (p x m), column by column; the inputs are pixel / 255
  std::vector<float> values;         ///< (p x m) inputs as they stand; used when there are no pixels
};

struct LabelledImages {
  Images images;
  std::vector<int> labels;  ///< (m), from 0; empty when the file has none
  std::string images_path;
  std::string labels_path;
};

/// Reads images and labels of a split from IDX files in `directory`, {train,t10k}-images-idx3-ubyte and the
/// matching -labels-idx1-ubyte with or without .gz, or as EMNIST, QMNIST and torchvision name and place them;
/// the first `samples` of them, or all. Whole numbers 0 to 255 are pixels, floating-point numbers stand as
/// they are. Throws InputError naming the file when one is missing or bad, the counts of images and labels
/// differ, or there are fewer than `samples`. A folder that holds CIFAR-10 or CIFAR-100 in its binary form is
/// read as that: data_batch_1.bin, ... and test_batch.bin, or train.bin and test.bin, images (3, 32, 32), of
/// CIFAR-100 the fine labels.
[[nodiscard]] LabelledImages load_images(const std::string& directory, Split split,
                                         std::optional<Index> samples = std::nullopt);

/// The same from an HDF5 file: dataset `images` (m, ...) of integers 0 to 255, of booleans or of finite
/// floating-point numbers, and optionally `labels`, classes (m) or (m, 1) from 0 or one-hot (m, classes), in
/// the group `train` or `test` where the file has that group, else at its root. Throws InputError naming
/// file, dataset and fault.
[[nodiscard]] LabelledImages load_images_file(const std::string& path, std::optional<Split> split,
                                              std::optional<Index> samples = std::nullopt);

/// load_images of a folder, which needs a split, or load_images_file of a file.
[[nodiscard]] LabelledImages load_dataset(const std::string& path, std::optional<Split> split,
                                          std::optional<Index> samples = std::nullopt);

/// Throws InputError unless 1 <= samples <= those that are there.
void require_samples(const std::string& path, Index samples, Index there);

/// Number of classes the labels name: the largest label plus one.
[[nodiscard]] Index class_count(const std::vector<int>& labels);

/// Throws InputError naming the files unless the images have `features` pixels and every label is below
/// `classes`; `expected_by` says what set those numbers.
void require_fit(const LabelledImages& data, Index features, Index classes, const std::string& expected_by);

/// Samples [first, first + count) as network inputs (p x count): pixel / 255 in [0, 1], or the values.
[[nodiscard]] Matrix inputs_of(const Images& images, Index first, Index count);
/// One sample in single precision to `input` (p).
void copy_input(const Images& images, Index sample, float* input);

}  // namespace simplicit
