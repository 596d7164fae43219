// libFuzzer target: any bytes are read as a network or refused with an InputError. What is read must also
// survive what capture does before the first sample: scaling, counting, writing the model for OpenCV.
//
//   bash tests/fuzz/run.sh SECONDS
#include "network/opencv_model.hpp"
#include "network/propagate.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/network/as_mlp.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/network/state_norms.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace simplicit;
  try {
    const Network network = parse_onnx(std::string(data, data + size), "fuzz.onnx");
    double products = 0;
    for (const Node& node : network.nodes) products += products_of(network, node);
    if (products > 1e6) return 0;  // plain loops would only be slow
    (void)as_mlp(network);
    (void)scale_states(network, 0.95);
    (void)connection_count(network);
    (void)opencv_model(network, batch_size(network));
  } catch (const InputError&) {
  }
  return 0;
}
