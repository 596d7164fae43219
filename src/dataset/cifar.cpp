#include "dataset/cifar.hpp"

#include "dataset/byte_source.hpp"
#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace simplicit {
namespace {

constexpr Index pixels = 3 * 32 * 32;
constexpr int classes_of_10 = 10;
constexpr int classes_of_100 = 100;
constexpr int coarse_classes = 20;

bool is_there(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

/// A whole number of records, at least one.
Index count_records(const std::string& path, Index record) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) throw InputError(path + ": is not a file");
  const auto bytes = static_cast<Index>(std::filesystem::file_size(path));
  if (bytes == 0 || bytes % record != 0) {
    throw InputError(
        fmt::format("{}: has {} bytes, a whole number of records of {} is expected", path, bytes, record));
  }
  return bytes / record;
}

void require_label(int label, int classes, const std::string& path, Index sample) {
  if (label < classes) return;
  throw InputError(fmt::format("{}: has label {} at sample {} (counted from 0), labels below {} are expected",
                               path, label, sample, classes));
}

/// Appends the first `count` records of a file.
void append(const std::string& path, Index count, Index label_bytes, LabelledImages& data) {
  ByteSource source(path);
  std::array<std::uint8_t, 2> label{};
  for (Index sample = 0; sample < count; ++sample) {
    const std::size_t end = data.images.pixels.size();
    data.images.pixels.resize(end + pixels);
    source.read(label.data(), static_cast<std::size_t>(label_bytes));
    source.read(data.images.pixels.data() + end, pixels);
    if (label_bytes == 2) require_label(label[0], coarse_classes, path, sample);
    const int fine = label[static_cast<std::size_t>(label_bytes - 1)];
    require_label(fine, label_bytes == 1 ? classes_of_10 : classes_of_100, path, sample);
    data.labels.push_back(fine);
  }
}

std::optional<CifarFiles> find_in(const std::string& directory, Split split) {
  CifarFiles files;
  const auto take = [&](const std::string& name) {
    const std::string path = directory + "/" + name;
    if (!is_there(path)) return false;
    files.paths.push_back(path);
    return true;
  };
  if (split == Split::train) {
    for (int part = 1; take(fmt::format("data_batch_{}.bin", part)); ++part) {
    }
  } else {
    take("test_batch.bin");
  }
  if (!files.paths.empty()) return files;
  files.label_bytes = 2;
  if (take(split == Split::train ? "train.bin" : "test.bin")) return files;
  return std::nullopt;
}

}  // namespace

std::optional<CifarFiles> find_cifar(const std::string& directory, Split split) {
  for (const std::string& place :
       {directory, directory + "/cifar-10-batches-bin", directory + "/cifar-100-binary"}) {
    if (std::optional<CifarFiles> files = find_in(place, split)) return files;
  }
  return std::nullopt;
}

LabelledImages read_cifar(const CifarFiles& files, std::optional<Index> samples) {
  const Index record = files.label_bytes + pixels;
  std::vector<Index> records;
  Index there = 0;
  for (const std::string& path : files.paths) {
    records.push_back(count_records(path, record));
    there += records.back();
  }
  LabelledImages data;
  data.images_path = files.paths.front();
  data.labels_path = files.paths.front();
  if (samples) require_samples(files.paths.front(), *samples, there);
  data.images.samples = samples.value_or(there);
  data.images.features = pixels;
  data.images.shape = {3, 32, 32};
  data.images.pixels.reserve(static_cast<std::size_t>(data.images.samples * pixels));
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Index left = data.images.samples - std::ssize(data.labels);
    append(files.paths[i], std::min(records[i], left), files.label_bytes, data);
  }
  return data;
}

}  // namespace simplicit
