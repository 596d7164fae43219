#include "dataset/find_idx.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <map>
#include <regex>
#include <vector>

namespace simplicit {
namespace {

namespace fs = std::filesystem;

/// The parts of a file name: collection and split ("emnist-letters-train"), "images" or "labels", ".gz".
const std::regex& name_pattern() {
  static const std::regex pattern(R"((([\w.-]*-)?(train|t10k|test))[-_](images|labels)[-_.]idx\d-\w+(\.gz)?)",
                                  std::regex::icase | std::regex::optimize);
  return pattern;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool of_split(const std::string& name, Split split) {
  return (lower(name) == "train") == (split == Split::train);
}

/// The images and the labels of every collection in one folder that has images.
std::vector<IdxFiles> collections_in(const fs::path& folder, Split split) {
  std::map<std::string, IdxFiles> by_name;
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    files.push_back(entry.path());
  // Without ".gz" a name sorts before the same name with it.
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const std::string name = file.filename().string();
    std::smatch parts;
    if (!std::regex_match(name, parts, name_pattern()) || !of_split(parts[3].str(), split)) continue;
    IdxFiles& pair = by_name[lower(parts[1].str())];
    std::string& place = lower(parts[4].str()) == "images" ? pair.images : pair.labels;
    if (place.empty()) place = file.string();
  }
  std::vector<IdxFiles> collections;
  for (const auto& [name, pair] : by_name) {
    if (!pair.images.empty()) collections.push_back(pair);
  }
  return collections;
}

/// Where torchvision puts them: the folder raw, the folders of data sets, and raw in each of those.
std::vector<fs::path> places_below(const std::string& directory) {
  std::vector<fs::path> below;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    if (entry.is_directory(error) && entry.path().filename() != "raw") below.push_back(entry.path());
  }
  std::ranges::sort(below);
  std::vector<fs::path> all{fs::path(directory) / "raw"};
  for (const fs::path& folder : below) {
    all.push_back(folder);
    all.push_back(folder / "raw");
  }
  return all;
}

}  // namespace

std::optional<IdxFiles> find_idx(const std::string& directory, Split split) {
  std::vector<IdxFiles> found = collections_in(directory, split);
  if (found.empty()) {
    for (const fs::path& place : places_below(directory)) {
      std::ranges::move(collections_in(place, split), std::back_inserter(found));
    }
  }
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    std::vector<std::string> images;
    for (const IdxFiles& files : found) images.push_back(files.images);
    throw InputError(fmt::format("{}: holds several data sets, give a folder that holds one: {}", directory,
                                 fmt::join(images, ", ")));
  }
  if (found[0].labels.empty()) {
    throw InputError(found[0].images + ": has no file of labels beside it, named alike with 'labels'");
  }
  return found[0];
}

void refuse_folder(const std::string& directory, Split split) {
  const std::string name = split == Split::train ? "train" : "t10k";
  std::error_code error;
  const bool pickled = fs::exists(fs::path(directory) / "cifar-10-batches-py", error) ||
                       fs::exists(fs::path(directory) / "data_batch_1", error);
  throw InputError(fmt::format(
      "{}: has no images of the split: neither {}-images-idx3-ubyte nor {}-images-idx3-ubyte.gz, nor "
      "CIFAR in its binary form{}",
      directory, name, name, pickled ? " (what is there is its form for Python)" : ""));
}

}  // namespace simplicit
