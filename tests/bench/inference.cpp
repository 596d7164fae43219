// Inference beside its peer: outputs of a model at its equilibria, and the original network's dense forward
// pass in float32 by OpenBLAS, on the samples of a states file that holds the network (group `baseline`). One
// thread.
//
//   bench_inference STATES.h5 MODEL.h5...
//
// Prints a line for each model: the best processor seconds of several passes over all samples, their ratio,
// and the microseconds of one sample alone. Times are processor time, so that a busy machine disturbs them
// less.
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/states/states_file.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace {

using namespace simplicit;

constexpr int repeats = 7;
constexpr Index dense_block = 512;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Work>
double best_seconds(Work work) {
  double best = 1e9;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const double start = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

// relu(W ... relu(W0 u)), biases left out: they cost next to nothing.
void dense_forward(const std::vector<Eigen::MatrixXf>& weights, const Eigen::MatrixXf& U,
                   std::vector<Eigen::MatrixXf>& layers) {
  for (Index first = 0; first < U.cols(); first += dense_block) {
    const Index count = std::min(dense_block, U.cols() - first);
    const float* input = U.data() + first * U.rows();
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const Eigen::MatrixXf& W = weights[k];
      layers[k].resize(W.rows(), count);
      blas::gemm(false, false, W.rows(), count, W.cols(), 1.0F, W.data(), W.rows(), input, W.cols(), 0.0F,
                 layers[k].data(), W.rows());
      if (k + 1 < weights.size()) layers[k] = layers[k].cwiseMax(0.0F);
      input = layers[k].data();
    }
  }
}

double seconds_of_dense(const Mlp& mlp, const Eigen::MatrixXf& U) {
  std::vector<Eigen::MatrixXf> weights;
  for (const Matrix& W : mlp.weights) weights.push_back(W.cast<float>());
  std::vector<Eigen::MatrixXf> layers(weights.size());
  return best_seconds([&] { dense_forward(weights, U, layers); });
}

StoredMatrix samples(const Eigen::MatrixXf& U, Index first, Index count) {
  return {U.data() + first * U.rows(), Precision::float32, U.rows(), count, U.rows()};
}

double seconds_of_one_sample(const FixedPoint& fixed_point, const Eigen::MatrixXf& U) {
  const Index count = std::min<Index>(U.cols(), 2000);
  return best_seconds([&] {
           for (Index k = 0; k < count; ++k) (void)fixed_point.outputs_at_equilibria(samples(U, k, 1));
         }) /
         static_cast<double>(count);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s STATES.h5 MODEL.h5...\n", argv[0]);
    return 2;
  }
  try {
    blas::use_one_thread();
    const StatesHeader header = read_states_header(argv[1]);
    const Eigen::MatrixXf U =
        SampleReader(header).read(0, header.samples, {.X = false, .Z = false, .Y = false}).U.cast<float>();
    const double dense = seconds_of_dense(read_baseline_group(hdf5::File::open(argv[1])), U);
    std::printf("%-24s %9s %9s %9s %9s %7s %11s\n", "model", "nonzeros", "sweeps", "dense ms", "model ms",
                "ratio", "1 sample us");
    for (int k = 2; k < argc; ++k) {
      const ImplicitModel model = read_model(argv[k]);
      const FixedPoint fixed_point(model, {});
      FixedPointEvidence evidence;
      const double seconds = best_seconds([&] {
        constexpr Index piece = 4096;
        for (Index first = 0; first < U.cols(); first += piece) {
          const Index count = std::min(piece, U.cols() - first);
          evidence.merge(fixed_point.outputs_at_equilibria(samples(U, first, count)).evidence);
        }
      });
      std::printf("%-24s %9td %9d %9.2f %9.2f %7.2f %11.1f\n", argv[k], model.nonzeros(), evidence.iterations,
                  1e3 * dense, 1e3 * seconds, seconds / dense, 1e6 * seconds_of_one_sample(fixed_point, U));
    }
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
}
