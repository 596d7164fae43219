#pragma once

#include <simplicit/dataset/dataset.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// The files of a split in the binary form of CIFAR-10 or CIFAR-100 (Krizhevsky, "Learning multiple layers of
/// features from tiny images", 2009), in their order.
struct CifarFiles {
  std::vector<std::string> paths;
  /// Bytes before the 3,072 pixels of a record: CIFAR-10 has the label, CIFAR-100 the coarse and the fine
  /// label.
  Index label_bytes = 1;
};

/// data_batch_1.bin, data_batch_2.bin, ... or test_batch.bin, else train.bin or test.bin, in the folder or in
/// the folders cifar-10-batches-bin and cifar-100-binary that the archives unpack to; nothing where there are
/// none of them.
[[nodiscard]] std::optional<CifarFiles> find_cifar(const std::string& directory, Split split);

/// The first `samples` images, or all, as (3, 32, 32) with their labels, of CIFAR-100 the fine ones. Throws
/// InputError naming the file when one cannot be read, is no whole number of records or holds a label that
/// the data set has not.
[[nodiscard]] LabelledImages read_cifar(const CifarFiles& files, std::optional<Index> samples);

}  // namespace simplicit
