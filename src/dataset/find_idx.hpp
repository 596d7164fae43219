#pragma once

#include <simplicit/dataset/dataset.hpp>

#include <optional>
#include <string>

namespace simplicit {

/// The two files of a split.
struct IdxFiles {
  std::string images;
  std::string labels;
};

/// Images and labels of a split as people name them: train-images-idx3-ubyte or train-images.idx3-ubyte,
/// with t10k or test for the other split, after the name of a collection (emnist-letters-train-...), with or
/// without .gz, in capitals or not; a plain file is preferred to a gzipped one. They are looked for in the
/// folder itself, in its folder raw, and in the folders DATASET and DATASET/raw below it, where torchvision
/// puts them. Returns nothing when there are no images of the split. Throws InputError naming what there is
/// when several collections are, and when the labels are missing.
[[nodiscard]] std::optional<IdxFiles> find_idx(const std::string& directory, Split split);

/// Throws InputError that says what was looked for in a folder without images of the split.
[[noreturn]] void refuse_folder(const std::string& directory, Split split);

}  // namespace simplicit
