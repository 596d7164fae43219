#include <simplicit/network/batch_forward.hpp>

#include <opencv2/dnn.hpp>
#include <opencv2/dnn/layer.details.hpp>

#include <vector>

namespace simplicit {
namespace {

/// out = sum_k W_k x_k + shift for each sample, the entries of all inputs counted through. Constants as
/// opencv_model() writes them: the rows' ends, columns, values, shift.
class SparseMapLayer final : public cv::dnn::Layer {
 public:
  explicit SparseMapLayer(const cv::dnn::LayerParams& params) : Layer(params) {
    const cv::dnn::DictValue& shape = params.get("result_shape");
    for (int i = 0; i < shape.size(); ++i) shape_.push_back(shape.get<int>(i));
  }

  static cv::Ptr<Layer> create(cv::dnn::LayerParams& params) {
    return cv::Ptr<Layer>(new SparseMapLayer(params));
  }

  bool getMemoryShapes(const std::vector<cv::dnn::MatShape>& inputs, const int,
                       std::vector<cv::dnn::MatShape>& outputs,
                       std::vector<cv::dnn::MatShape>&) const override {
    cv::dnn::MatShape shape{inputs[0][0]};
    shape.insert(shape.end(), shape_.begin(), shape_.end());
    outputs.assign(1, shape);
    return false;
  }

  void forward(cv::InputArrayOfArrays given, cv::OutputArrayOfArrays wanted,
               cv::OutputArrayOfArrays) override {
    std::vector<cv::Mat> inputs;
    std::vector<cv::Mat> outputs;
    given.getMatVector(inputs);
    wanted.getMatVector(outputs);
    const int samples = inputs[0].size[0];
    const auto rows = static_cast<int>(blobs[0].total());
    const auto* ends = blobs[0].ptr<int>();
    const auto* columns = blobs[1].ptr<int>();
    const auto* values = blobs[2].ptr<float>();
    const auto* shift = blobs[3].ptr<float>();
    std::vector<float> x;
    for (int sample = 0; sample < samples; ++sample) {
      x.clear();
      for (const cv::Mat& input : inputs) {
        const auto entries = static_cast<std::ptrdiff_t>(input.total()) / samples;
        const float* from = input.ptr<float>() + sample * entries;
        x.insert(x.end(), from, from + entries);
      }
      float* to = outputs[0].ptr<float>() + static_cast<std::ptrdiff_t>(sample) * rows;
      int k = 0;
      for (int row = 0; row < rows; ++row) {
        double sum = 0;
        for (; k < ends[row]; ++k) sum += double{values[k]} * double{x[static_cast<std::size_t>(columns[k])]};
        to[row] = static_cast<float>(sum + double{shift[row]});
      }
    }
  }

 private:
  std::vector<int> shape_;
};

}  // namespace

void teach_opencv() {
  static const bool once = [] {
    cv::dnn::LayerFactory::registerLayer(sparse_map_layer, SparseMapLayer::create);
    return true;
  }();
  (void)once;
}

}  // namespace simplicit
