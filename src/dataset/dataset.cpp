#include "dataset/cifar.hpp"
#include "dataset/find_idx.hpp"
#include "dataset/idx.hpp"
#include "dataset/labels.hpp"
#include "dataset/pixels.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/overloaded.hpp>
#include <simplicit/dataset/dataset.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>
#include <span>
#include <variant>

namespace simplicit {
namespace {

void require_directory(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return;
  throw InputError(directory + ": dataset directory does not exist or is not a directory");
}

/// The first `samples` images of a file, or all.
Images read_images(const std::string& path, std::optional<Index> samples) {
  IdxArray array = read_idx(path, max_idx_bytes, samples);
  if (array.shape.size() < 2) throw InputError(path + ": has 1 axis, images have 2 or more (samples, ...)");
  Images images;
  images.samples = array.shape[0];
  images.shape.assign(array.shape.begin() + 1, array.shape.end());
  images.features = std::accumulate(images.shape.begin(), images.shape.end(), Index{1}, std::multiplies<>());
  std::visit(Overloaded{[&](std::vector<std::uint8_t>& bytes) { images.pixels = std::move(bytes); },
                        [&](const std::vector<std::int32_t>& numbers) {
                          images.pixels.reserve(numbers.size());
                          append_pixels(std::span(numbers), path + ":", images);
                        },
                        [&](std::vector<float>& values) {
                          images.values = std::move(values);
                          check_values(images, path + ":");
                        }},
             array.values);
  return images;
}

std::vector<int> read_labels(const std::string& path) {
  const IdxArray array = read_idx(path);
  return std::visit([&](const auto& values) { return labels_of(values, array.shape, path + ":"); },
                    array.values);
}

void keep_first(LabelledImages& data, Index samples) {
  require_samples(data.images_path, samples, data.images.samples);
  data.images.samples = samples;
  data.labels.resize(static_cast<std::size_t>(samples));
}

}  // namespace

Split split_from_name(const std::string& name) {
  if (name == "train") return Split::train;
  if (name == "test") return Split::test;
  throw InputError("split '" + name + "' is neither train nor test");
}

void require_samples(const std::string& path, Index samples, Index there) {
  if (samples < 1) throw InputError("--samples must be at least 1, not " + std::to_string(samples));
  if (samples > there) {
    throw InputError(path + ": has " + std::to_string(there) + " samples, " + std::to_string(samples) +
                     " were asked for");
  }
}

LabelledImages load_images(const std::string& directory, Split split, std::optional<Index> samples) {
  require_directory(directory);
  const std::optional<IdxFiles> found = find_idx(directory, split);
  if (!found) {
    if (const std::optional<CifarFiles> files = find_cifar(directory, split))
      return read_cifar(*files, samples);
    refuse_folder(directory, split);
  }
  LabelledImages data;
  data.images_path = found->images;
  data.labels_path = found->labels;
  data.images = read_images(data.images_path, samples);
  data.labels = read_labels(data.labels_path);
  if (static_cast<Index>(data.labels.size()) != data.images.samples) {
    throw InputError(data.labels_path + ": has " + std::to_string(data.labels.size()) + " labels, " +
                     data.images_path + " has " + std::to_string(data.images.samples) + " images");
  }
  if (samples) keep_first(data, *samples);
  return data;
}

LabelledImages load_dataset(const std::string& path, std::optional<Split> split,
                            std::optional<Index> samples) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return load_images_file(path, split, samples);
  if (!split) throw InputError("--split train or test is needed with a folder of images");
  return load_images(path, *split, samples);
}

Index class_count(const std::vector<int>& labels) {
  return labels.empty() ? 0 : Index{1} + *std::max_element(labels.begin(), labels.end());
}

void require_fit(const LabelledImages& data, Index features, Index classes, const std::string& expected_by) {
  if (data.images.features != features) {
    throw InputError(data.images_path + ": has " + std::to_string(data.images.features) +
                     " pixels an image, " + expected_by + " has " + std::to_string(features));
  }
  const auto above =
      std::find_if(data.labels.begin(), data.labels.end(), [&](int label) { return label >= classes; });
  if (above != data.labels.end()) {
    throw InputError(data.labels_path + ": has label " + std::to_string(*above) + " at sample " +
                     std::to_string(above - data.labels.begin()) + ", " + expected_by + " has " +
                     std::to_string(classes) + " classes (capture --unlabelled leaves the labels out)");
  }
}

Matrix inputs_of(const Images& images, Index first, Index count) {
  SIMPLICIT_ASSERT(first >= 0 && count >= 0 && first + count <= images.samples,
                   std::to_string(first) + " + " + std::to_string(count));
  if (images.pixels.empty()) {
    const Eigen::Map<const Eigen::MatrixXf> values(images.values.data() + first * images.features,
                                                   images.features, count);
    return values.cast<double>();
  }
  using Bytes = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic>;
  const Eigen::Map<const Bytes> pixels(images.pixels.data() + first * images.features, images.features,
                                       count);
  return pixels.cast<double>() / 255.0;
}

void copy_input(const Images& images, Index sample, float* input) {
  const Index first = sample * images.features;
  if (images.pixels.empty()) {
    std::copy_n(images.values.begin() + first, images.features, input);
  } else {
    std::transform(images.pixels.begin() + first, images.pixels.begin() + first + images.features, input,
                   [](std::uint8_t pixel) { return static_cast<float>(pixel) / 255.0F; });
  }
}

}  // namespace simplicit
