#include <simplicit/base/error.hpp>
#include <simplicit/dataset/dataset.hpp>
#include <simplicit/hdf5/file.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace simplicit {
namespace {

using hdf5::Kind;

/// Files that declare more numbers than this are refused.
constexpr Index max_numbers = Index{1} << 33;
/// Samples that are read at once.
constexpr Index piece = 4096;

[[noreturn]] void fail(const hdf5::File& file, const std::string& dataset, const std::string& fault) {
  throw InputError(file.path() + ": dataset '" + dataset + "' " + fault);
}

/// "" or "train/": where the images of the split lie.
std::string prefix_of(const hdf5::File& file, std::optional<Split> split) {
  if (split) {
    const std::string group = *split == Split::train ? "train" : "test";
    if (file.has(group + "/images")) return group + "/";
  }
  if (file.has("images")) return "";
  throw InputError(file.path() + ": has no dataset 'images' (samples, ...), at its root or in a group " +
                   "train or test that --split chooses");
}

Images shape_of(const hdf5::File& file, const std::string& name) {
  const hdf5::DatasetInfo info = file.dataset(name);
  if (info.kind != Kind::integer && info.kind != Kind::floating) fail(file, name, "does not hold numbers");
  const bool empty = std::ranges::any_of(info.shape, [](Index length) { return length < 1; });
  if (info.shape.size() < 2 || empty) {
    fail(file, name, "has shape " + hdf5::shape_text(info.shape) + ", (samples, ...) is expected");
  }
  Images images;
  images.samples = info.shape[0];
  images.shape.assign(info.shape.begin() + 1, info.shape.end());
  images.features = 1;
  for (const Index length : images.shape) {
    if (length > max_numbers / images.features / images.samples) {
      fail(file, name, "has shape " + hdf5::shape_text(info.shape) + ", which is too large");
    }
    images.features *= length;
  }
  return images;
}

[[noreturn]] void fail_at(const hdf5::File& file, const std::string& name, Index entry, Index features,
                          const std::string& fault) {
  fail(file, name,
       "holds " + fault + " at sample " + std::to_string(entry / features) + ", entry " +
           std::to_string(entry % features) + " (counted from 0)");
}

void read_bytes(const hdf5::File& file, const std::string& name, Images& images) {
  images.pixels.reserve(static_cast<std::size_t>(images.samples * images.features));
  std::vector<std::int64_t> numbers;
  for (Index first = 0; first < images.samples; first += piece) {
    const Index count = std::min(piece, images.samples - first);
    numbers.resize(static_cast<std::size_t>(count * images.features));
    file.read_slab(name, first, count, numbers.data());
    for (const std::int64_t number : numbers) {
      if (number < 0 || number > 255) {
        fail_at(file, name, std::ssize(images.pixels), images.features,
                std::to_string(number) + ", integer images hold 0 to 255,");
      }
      images.pixels.push_back(static_cast<std::uint8_t>(number));
    }
  }
}

void read_values(const hdf5::File& file, const std::string& name, Images& images) {
  images.values.resize(static_cast<std::size_t>(images.samples * images.features));
  for (Index first = 0; first < images.samples; first += piece) {
    const Index count = std::min(piece, images.samples - first);
    file.read_slab(name, first, count, images.values.data() + first * images.features);
  }
  const auto bad = std::ranges::find_if(images.values, [](float value) { return !std::isfinite(value); });
  if (bad != images.values.end()) {
    fail_at(file, name, bad - images.values.begin(), images.features, std::to_string(*bad));
  }
  const auto [least, most] = std::ranges::minmax(images.values);
  if (least >= 0 && most <= 1) return;
  spdlog::warn(
      "{}: dataset '{}' holds numbers from {:.6g} to {:.6g}; inputs are expected in [0, 1], the unit of "
      "every "
      "epsilon: store bytes or divide by 255, and let capture apply --mean and --std",
      file.path(), name, least, most);
}

std::vector<int> read_labels(const hdf5::File& file, const std::string& name, Index samples, Index there) {
  const hdf5::DatasetInfo info = file.dataset(name);
  if (info.kind != Kind::integer) fail(file, name, "does not hold integers");
  if (info.shape != std::vector<Index>{there}) {
    fail(file, name,
         "has shape " + hdf5::shape_text(info.shape) + " for " + std::to_string(there) + " images");
  }
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(samples));
  file.read_slab(name, 0, samples, numbers.data());
  const auto bad = std::ranges::find_if(
      numbers, [](std::int64_t label) { return label < 0 || label > std::numeric_limits<int>::max() - 1; });
  if (bad != numbers.end()) {
    fail(file, name,
         "holds " + std::to_string(*bad) + " at sample " + std::to_string(bad - numbers.begin()) +
             ", classes from 0 are expected");
  }
  return {numbers.begin(), numbers.end()};
}

}  // namespace

LabelledImages load_images_file(const std::string& path, std::optional<Split> split,
                                std::optional<Index> samples) {
  const hdf5::File file = hdf5::File::open(path);
  const std::string prefix = prefix_of(file, split);
  const std::string name = prefix + "images";
  LabelledImages data;
  data.images_path = path;
  data.labels_path = path;
  data.images = shape_of(file, name);
  const Index there = data.images.samples;
  if (samples) {
    require_samples(path, *samples, there);
    data.images.samples = *samples;
  }
  if (file.has(prefix + "labels")) {
    data.labels = read_labels(file, prefix + "labels", data.images.samples, there);
  }
  if (file.dataset(name).kind == Kind::integer) {
    read_bytes(file, name, data.images);
  } else {
    read_values(file, name, data.images);
  }
  return data;
}

}  // namespace simplicit
