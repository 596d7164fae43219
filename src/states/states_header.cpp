#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/states/states_file.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace simplicit {
namespace {

using hdf5::Kind;

constexpr std::int64_t newest_format_version = 1;

[[noreturn]] void fail(const hdf5::File& file, const std::string& fault) {
  throw InputError(file.path() + ": " + fault);
}

/// "simplicit-model" -> "model"; empty for formats that are not ours.
std::string our_kind_of_file(const std::string& format) {
  const std::string family = "simplicit-";
  return format.rfind(family, 0) == 0 ? format.substr(family.size()) : "";
}

void require_states_format(const hdf5::File& file) {
  if (!file.has_attribute("/", "format")) return;
  const std::string format = file.text_attribute("/", "format");
  const std::string kind = our_kind_of_file(format);
  if (kind.empty()) fail(file, "attribute 'format' is '" + format + "', 'simplicit-states' is expected");
  if (kind != "states") {
    fail(file, (kind == "outputs" ? "is an " : "is a ") + kind + " file, states are expected");
  }
  if (!file.has_attribute("/", "format_version")) return;
  const std::int64_t version = file.integer_attribute("/", "format_version");
  if (version < 1 || version > newest_format_version) {
    fail(file, "attribute 'format_version' is " + std::to_string(version) + ", this program reads " +
                   std::to_string(newest_format_version));
  }
}

/// The shape of U, X, Z or Y after checking that it is a matrix of numbers with at least one sample and
/// entry.
hdf5::DatasetInfo require_matrix(const hdf5::File& file, const std::string& name) {
  hdf5::DatasetInfo info = file.dataset(name);
  const std::string dataset = "dataset '" + name + "' ";
  if (info.kind != Kind::floating && info.kind != Kind::integer)
    fail(file, dataset + "does not hold numbers");
  const std::string shape = hdf5::shape_text(info.shape);
  if (info.shape.size() != 2) {
    fail(file, dataset + "has shape " + shape + ", (samples, entries) is expected");
  }
  if (info.shape[0] < 1 || info.shape[1] < 1) {
    fail(file, dataset + "has shape " + shape + ", at least one sample and one entry are needed");
  }
  return info;
}

/// Throws when values of the dataset were never written or lie where they cannot be read: reading no rows of
/// it looks at that.
void require_complete(const hdf5::File& file, const std::string& name) {
  file.read_slab(name, 0, 0, static_cast<double*>(nullptr));
}

bool fits_float32(const hdf5::DatasetInfo& info) {
  return info.kind == Kind::floating && info.bytes_per_value <= sizeof(float);
}

void read_shapes(const hdf5::File& file, StatesHeader& header) {
  const hdf5::DatasetInfo U = require_matrix(file, "U");
  const hdf5::DatasetInfo Y = require_matrix(file, "Y");
  for (const char* name : {"U", "Y"}) require_complete(file, name);
  const auto require_same = [&](const char* name, const hdf5::DatasetInfo& info, std::size_t axis,
                                const char* other_name, const hdf5::DatasetInfo& other, const char* what) {
    if (info.shape[axis] == other.shape[axis]) return;
    fail(file, std::string("datasets '") + other_name + "' with shape " + hdf5::shape_text(other.shape) +
                   " and '" + name + "' with shape " + hdf5::shape_text(info.shape) + " differ in their " +
                   what);
  };
  require_same("Y", Y, 0, "U", U, "number of samples");
  header.samples = U.shape[0];
  header.inputs = U.shape[1];
  header.outputs = Y.shape[1];
  header.precision = fits_float32(U) && fits_float32(Y) ? Precision::float32 : Precision::float64;
  if (!file.has("X") && !file.has("Z")) return;
  const hdf5::DatasetInfo X = require_matrix(file, "X");
  const hdf5::DatasetInfo Z = require_matrix(file, "Z");
  for (const char* name : {"X", "Z"}) require_complete(file, name);
  require_same("X", X, 0, "U", U, "number of samples");
  require_same("Z", Z, 0, "X", X, "number of samples");
  require_same("Z", Z, 1, "X", X, "number of states");
  header.states = X.shape[1];
  if (!fits_float32(X) || !fits_float32(Z)) header.precision = Precision::float64;
}

std::optional<Index> read_count(const hdf5::File& file, const std::string& name) {
  if (!file.has_attribute("/", name)) return std::nullopt;
  const std::int64_t count = file.integer_attribute("/", name);
  if (count >= 1) return count;
  fail(file, "attribute '" + name + "' is " + std::to_string(count) + ", a positive number is expected");
}

void read_attributes(const hdf5::File& file, StatesHeader& header) {
  if (file.has_attribute("/", "activation")) header.activation = hdf5::activation_of(file);
  if (file.has_attribute("/", "bias")) {
    const std::int64_t bias = file.integer_attribute("/", "bias");
    if (bias != 0 && bias != 1) {
      fail(file, "attribute 'bias' is " + std::to_string(bias) + ", 0 or 1 is expected");
    }
    header.bias = bias == 1;
  }
  header.baseline_parameters = read_count(file, "baseline_parameters");
  header.baseline_connections = read_count(file, "baseline_connections");
}

/// Throws unless the dataset is a list of this kind of numbers with at most (or exactly) `length` of them.
void require_list(const hdf5::File& file, const std::string& name, bool integers, Index length, bool exact) {
  const hdf5::DatasetInfo info = file.dataset(name);
  const std::string dataset = "dataset '" + name + "' ";
  if (integers && info.kind != Kind::integer) fail(file, dataset + "does not hold integers");
  if (!integers && info.kind != Kind::floating && info.kind != Kind::integer) {
    fail(file, dataset + "does not hold numbers");
  }
  const bool fits = info.shape.size() == 1 && (exact ? info.shape[0] == length : info.shape[0] <= length);
  if (!fits) {
    fail(file, dataset + "has shape " + hdf5::shape_text(info.shape) + ", " + (exact ? "" : "at most ") +
                   hdf5::shape_text({length}) + " is expected");
  }
}

void read_layer_sizes(const hdf5::File& file, StatesHeader& header) {
  if (!file.has("layer_sizes")) return;
  require_list(file, "layer_sizes", true, header.states, false);
  Index sum = 0;
  for (const std::int64_t size : file.read_integers("layer_sizes")) {
    if (size < 1 || size > header.states) {
      fail(file, "dataset 'layer_sizes' holds " + std::to_string(size) + ", a layer of the " +
                     std::to_string(header.states) + " states is expected");
    }
    header.layer_sizes.push_back(size);
    sum += size;
  }
  if (sum != header.states) {
    fail(file, "dataset 'layer_sizes' sums to " + std::to_string(sum) + ", X has " +
                   std::to_string(header.states) + " states");
  }
}

void read_state_scale(const hdf5::File& file, StatesHeader& header) {
  if (!file.has("state_scale")) return;
  require_list(file, "state_scale", false, header.states, true);
  const std::vector<double> factors = file.read_doubles("state_scale");
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors[i] > 0 && std::isfinite(factors[i])) continue;
    fail(file, "dataset 'state_scale' holds " + std::to_string(factors[i]) + " at entry " +
                   std::to_string(i) + " (counted from 0), positive finite factors are expected");
  }
  header.state_scale = Eigen::Map<const Vector>(factors.data(), header.states);
}

void check_labels(const hdf5::File& file, StatesHeader& header) {
  if (!file.has("labels")) return;
  require_list(file, "labels", true, header.samples, true);
  constexpr Index block = 1 << 16;
  std::vector<std::int64_t> labels;
  for (Index first = 0; first < header.samples; first += block) {
    labels.resize(static_cast<std::size_t>(std::min(block, header.samples - first)));
    file.read_slab("labels", first, static_cast<Index>(labels.size()), labels.data());
    const auto bad = std::find_if(labels.begin(), labels.end(),
                                  [&](std::int64_t label) { return label < 0 || label >= header.outputs; });
    if (bad == labels.end()) continue;
    fail(file, "dataset 'labels' holds " + std::to_string(*bad) + " at sample " +
                   std::to_string(first + (bad - labels.begin())) + " (counted from 0), 0 to " +
                   std::to_string(header.outputs - 1) + " are expected");
  }
  header.has_labels = true;
}

/// Row problems index features and samples with int in places, and their windows must be addressable.
void require_addressable(const hdf5::File& file, const StatesHeader& header) {
  constexpr Index largest = std::numeric_limits<int>::max() / 2;
  const Index widest = std::max({header.states, header.inputs, header.outputs});
  if (widest > largest || header.samples > std::numeric_limits<Index>::max() / (64 * widest)) {
    fail(file, std::to_string(header.samples) + " samples of " + std::to_string(header.inputs) + " inputs, " +
                   std::to_string(header.states) + " states and " + std::to_string(header.outputs) +
                   " outputs are more than this program handles");
  }
}

}  // namespace

StatesHeader read_states_header(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  require_states_format(file);
  StatesHeader header;
  header.path = path;
  read_shapes(file, header);
  require_addressable(file, header);
  read_attributes(file, header);
  if (header.states > 0) {
    read_layer_sizes(file, header);
    read_state_scale(file, header);
  }
  check_labels(file, header);
  header.has_baseline = file.has("baseline");
  header.has_network = file.has("network");
  return header;
}

}  // namespace simplicit
