#if defined(__x86_64__)
#define VECTOR_BYTES 32
#define VARIANT "avx2"
#include "infer/lane_kernels_body.inc"

namespace simplicit {

const LaneKernels& avx2_lane_kernels() {
  return kernels;
}

}  // namespace simplicit
#endif
