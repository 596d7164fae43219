// The sparse kernels beside OpenCV's dnn, which runs the network dense: its weights by magnitude at 100, 50,
// 25, 10 and 5 %, on one thread, in blocks of 64 samples and one sample alone. Microseconds of processor time
// a sample, the best of some runs, and the part of OpenCV's. OpenCV may fuse layers and works on batches of
// 64, where it is fastest.
//
//   bench_sparse_forward NETWORK.onnx
#include <simplicit/base/error.hpp>
#include <simplicit/kernels/sparse_forward.hpp>
#include <simplicit/layers/kernel_program.hpp>
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <opencv2/dnn.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace {

using namespace simplicit;

constexpr Index batch = 64;
constexpr int repeats = 15;
constexpr double microseconds = 1e6;

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Of `run`, for a sample, the best of several times.
template <class Run>
double best_of(const Run& run, Index samples) {
  double best = 1e9;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const int rounds = samples == 1 ? 20 : 1;
    const double start = processor_seconds();
    for (int round = 0; round < rounds; ++round) run();
    best = std::min(best, (processor_seconds() - start) / static_cast<double>(samples * rounds));
  }
  return best * microseconds;
}

double by_opencv(const std::string& onnx, const Shape& shape, Index samples) {
  cv::setNumThreads(1);
  cv::dnn::Net network = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
  network.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  std::vector<int> size{static_cast<int>(samples)};
  for (const Index length : shape) size.push_back(static_cast<int>(length));
  const cv::Mat blob(size, CV_32F, cv::Scalar(0.5));
  return best_of(
      [&] {
        network.setInput(blob);
        (void)network.forward();
      },
      samples);
}

double by_kernels(const LayeredNetwork& network, Index samples) {
  const std::optional<kernels::Program> program = kernel_program(network);
  if (!program) throw InputError("the kernels do not have all operators of this network");
  kernels::SparseForward<float> forward(*program);
  const std::vector<float> U(static_cast<std::size_t>(samples * network.inputs()), 0.5F);
  std::vector<float> Y(static_cast<std::size_t>(samples * network.outputs()));
  return best_of([&] { forward.run(U.data(), samples, Y.data()); }, samples);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s NETWORK.onnx\n", argv[0]);
    return 2;
  }
  try {
    const std::string onnx = read_onnx_bytes(argv[1]);
    const LayeredNetwork network = layered_network(onnx, argv[1]);
    const double dense =
        std::min(by_opencv(onnx, network.input_shape, batch), by_opencv(onnx, network.input_shape, 16));
    const double dense_alone = by_opencv(onnx, network.input_shape, 1);
    std::printf("%-10s %12s %8s %12s %8s\n", "kept", "us a sample", "ratio", "us alone", "ratio");
    std::printf("%-10s %12.1f %8s %12.1f %8s\n", "OpenCV", dense, "1", dense_alone, "1");
    for (const double share : {1.0, 0.5, 0.25, 0.1, 0.05}) {
      const LayeredNetwork sparse =
          pruned_by_magnitude(network, static_cast<Index>(share * static_cast<double>(network.nonzeros())));
      const double together = by_kernels(sparse, batch);
      const double alone = by_kernels(sparse, 1);
      std::printf("%-10.2f %12.1f %8.3f %12.1f %8.3f\n", share, together, together / dense, alone,
                  alone / dense_alone);
    }
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
}
