#include "infer/lane_kernels.hpp"

namespace simplicit {
namespace {

const LaneKernels& fastest() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return avx512_lane_kernels();
  if (__builtin_cpu_supports("avx2")) return avx2_lane_kernels();
#endif
  return portable_lane_kernels();
}

}  // namespace

const LaneKernels& lane_kernels() {
  static const LaneKernels& chosen = fastest();
  return chosen;
}

}  // namespace simplicit
