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

/// Images as bytes, one after the other: an eighth of what doubles would take.
struct Images {
  Index samples = 0;                 ///< m
  Index features = 0;                ///< p
  std::vector<std::uint8_t> pixels;  ///< (p x m), column by column
};

struct LabelledImages {
  Images images;
  std::vector<int> labels;  ///< (m), from 0
  std::string images_path;
  std::string labels_path;
};

/// Reads {train,t10k}-images-idx3-ubyte and the matching -labels-idx1-ubyte, with or without .gz, from
/// `directory`; the first `samples` of them, or all. Throws InputError naming the file when one is missing or
/// bad, the counts of images and labels differ, or there are fewer than `samples`.
[[nodiscard]] LabelledImages load_images(const std::string& directory, Split split,
                                         std::optional<Index> samples = std::nullopt);

/// Number of classes the labels name: the largest label plus one.
[[nodiscard]] Index class_count(const std::vector<int>& labels);

/// Throws InputError naming the files unless the images have `features` pixels and every label is below
/// `classes`; `expected_by` says what set those numbers.
void require_fit(const LabelledImages& data, Index features, Index classes, const std::string& expected_by);

/// Samples [first, first + count) as network inputs pixel / 255 in [0, 1], (p x count).
[[nodiscard]] Matrix inputs_of(const Images& images, Index first, Index count);

}  // namespace simplicit
