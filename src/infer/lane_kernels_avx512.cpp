#if defined(__x86_64__)
#define VECTOR_BYTES 64
#define VARIANT "avx512"
#include "infer/lane_kernels_body.inc"

namespace simplicit {

const LaneKernels& avx512_lane_kernels() {
  return kernels;
}

}  // namespace simplicit
#endif
