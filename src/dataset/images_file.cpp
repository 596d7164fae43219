#include "dataset/labels.hpp"
#include "dataset/pixels.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/dataset/dataset.hpp>
#include <simplicit/hdf5/file.hpp>

#include <algorithm>
#include <span>

namespace simplicit {
namespace {

using hdf5::Kind;

/// Files that declare more numbers than this are refused.
constexpr Index max_numbers = Index{1} << 33;
/// Samples that are read at once.
constexpr Index piece = 4096;

std::string source_of(const hdf5::File& file, const std::string& name) {
  return file.path() + ": dataset '" + name + "'";
}

[[noreturn]] void fail(const hdf5::File& file, const std::string& dataset, const std::string& fault) {
  throw InputError(source_of(file, dataset) + " " + fault);
}

hdf5::DatasetInfo numbers_in(const hdf5::File& file, const std::string& name) {
  hdf5::DatasetInfo info = file.dataset(name);
  const bool numbers =
      info.kind == Kind::integer || info.kind == Kind::floating || info.kind == Kind::boolean;
  if (!numbers) fail(file, name, "does not hold numbers");
  return info;
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
  const hdf5::DatasetInfo info = numbers_in(file, name);
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

/// Integers, and booleans as 0 and 255: black and white.
void read_bytes(const hdf5::File& file, const std::string& name, bool boolean, Images& images) {
  images.pixels.reserve(static_cast<std::size_t>(images.samples * images.features));
  std::vector<std::int64_t> numbers;
  for (Index first = 0; first < images.samples; first += piece) {
    const Index count = std::min(piece, images.samples - first);
    numbers.resize(static_cast<std::size_t>(count * images.features));
    file.read_slab(name, first, count, numbers.data());
    if (boolean) std::ranges::transform(numbers, numbers.begin(), [](auto on) { return on != 0 ? 255 : 0; });
    append_pixels(std::span<const std::int64_t>(numbers), source_of(file, name), images);
  }
}

void read_values(const hdf5::File& file, const std::string& name, Images& images) {
  images.values.resize(static_cast<std::size_t>(images.samples * images.features));
  for (Index first = 0; first < images.samples; first += piece) {
    const Index count = std::min(piece, images.samples - first);
    file.read_slab(name, first, count, images.values.data() + first * images.features);
  }
  check_values(images, source_of(file, name));
}

std::vector<int> read_labels(const hdf5::File& file, const std::string& name, Index samples, Index there) {
  hdf5::DatasetInfo info = numbers_in(file, name);
  if (info.shape.empty() || info.shape.size() > 2 || info.shape[0] != there) {
    fail(file, name,
         "has shape " + hdf5::shape_text(info.shape) + " for " + std::to_string(there) + " images");
  }
  info.shape[0] = samples;
  const Index columns = info.shape.size() == 1 ? 1 : info.shape[1];
  if (columns < 1 || columns > max_numbers / samples) {
    fail(file, name, "has shape " + hdf5::shape_text(info.shape) + ", which holds no labels");
  }
  const auto read = [&]<class Number>(std::vector<Number> values) {
    values.resize(static_cast<std::size_t>(samples * columns));
    file.read_slab(name, 0, samples, values.data());
    return labels_of(values, info.shape, source_of(file, name));
  };
  return info.kind == Kind::floating ? read(std::vector<double>{}) : read(std::vector<std::int64_t>{});
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
  const Kind kind = file.dataset(name).kind;
  if (kind == Kind::floating) {
    read_values(file, name, data.images);
  } else {
    read_bytes(file, name, kind == Kind::boolean, data.images);
  }
  return data;
}

}  // namespace simplicit
