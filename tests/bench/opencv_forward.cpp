// The forward pass alone, as OpenCV's dnn does it best: fusion on, batches of 64, the final output only.
// Prints the best seconds of three for all test images of a folder, on 1 thread and on 2.
//
//   bench_opencv_forward NETWORK.onnx DIRECTORY MEAN STD
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/dataset/dataset.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <opencv2/dnn.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace simplicit;

constexpr Index batch = 64;
constexpr int repeats = 3;

/// Batches of normalised images; the last is filled up with zeros.
std::vector<cv::Mat> batches_of(const Images& images, const Shape& shape, double mean, double deviation) {
  std::vector<int> size{static_cast<int>(batch)};
  for (const Index length : shape) size.push_back(static_cast<int>(length));
  std::vector<cv::Mat> batches;
  for (Index first = 0; first < images.samples; first += batch) {
    const Index count = std::min(batch, images.samples - first);
    const Matrix U = (inputs_of(images, first, count).array() - mean) / deviation;
    cv::Mat& blob = batches.emplace_back(size, CV_32F, cv::Scalar(0));
    Eigen::Map<Eigen::MatrixXf>(blob.ptr<float>(), U.rows(), U.cols()) = U.cast<float>();
  }
  return batches;
}

double forward_seconds(cv::dnn::Net& network, const std::vector<cv::Mat>& batches) {
  const Timer timer;
  for (const cv::Mat& blob : batches) {
    network.setInput(blob);
    (void)network.forward();
  }
  return timer.seconds();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s NETWORK.onnx DIRECTORY MEAN STD\n", argv[0]);
    return 2;
  }
  try {
    const LabelledImages data = load_images(argv[2], Split::test, {});
    const Network shapes = parse_onnx(read_onnx_bytes(argv[1]), argv[1]);
    const std::vector<cv::Mat> batches =
        batches_of(data.images, shapes.input_shape(), std::stod(argv[3]), std::stod(argv[4]));
    for (const int threads : {1, 2}) {
      cv::setNumThreads(threads);
      cv::dnn::Net network = cv::dnn::readNetFromONNX(argv[1]);
      double best = forward_seconds(network, batches);
      for (int repeat = 1; repeat < repeats; ++repeat)
        best = std::min(best, forward_seconds(network, batches));
      std::printf("%d %.4f\n", threads, best);
    }
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
}
