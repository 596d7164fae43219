#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/model/states_network.hpp>

#include <fmt/format.h>

namespace simplicit {

bool has_network(const StatesHeader& header) {
  return header.has_baseline || header.has_network;
}

LayeredNetwork read_layered_network(const StatesHeader& header) {
  const hdf5::File file = hdf5::File::open(header.path);
  LayeredNetwork network;
  if (header.has_network) {
    network = layered_network(file.read_bytes("network"), header.path + ": dataset 'network'");
  } else if (header.has_baseline) {
    Mlp mlp = read_baseline_group(file);
    mlp.activation = header.activation;
    network = layered_network(mlp);
  } else if (header.states == 0) {
    network = linear_network(header.inputs, header.outputs, header.bias);
  } else {
    throw InputError(header.path +
                     ": has neither the dataset 'network' nor the group 'baseline', which rows shared by all "
                     "positions need; capture it again (simplicit capture ... --store inputs)");
  }
  if (network.inputs() != header.inputs || network.outputs() != header.outputs) {
    throw InputError(fmt::format("{}: its network reads {} inputs and gives {} outputs, U has {} and Y {}",
                                 header.path, network.inputs(), network.outputs(), header.inputs,
                                 header.outputs));
  }
  return network;
}

}  // namespace simplicit
