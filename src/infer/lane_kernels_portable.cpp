#define VECTOR_BYTES 16
#define VARIANT "portable"
#include "infer/lane_kernels_body.inc"

namespace simplicit {

const LaneKernels& portable_lane_kernels() {
  return kernels;
}

}  // namespace simplicit
