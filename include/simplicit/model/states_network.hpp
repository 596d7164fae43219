#pragma once

#include <simplicit/layers/layered_network.hpp>
#include <simplicit/states/states_file.hpp>

namespace simplicit {

/// Whether the file has a network, in dataset `network` or group `baseline`; U and Y are one dense layer
/// otherwise.
[[nodiscard]] bool has_network(const StatesHeader& header);

/// The network of a states file: that of dataset `network`, or of group `baseline`; one dense layer where the
/// file has U and Y alone. Throws InputError naming the file where it has neither, or one that does not fit U
/// and Y.
[[nodiscard]] LayeredNetwork read_layered_network(const StatesHeader& header);

}  // namespace simplicit
