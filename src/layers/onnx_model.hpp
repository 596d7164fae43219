#pragma once

#include <simplicit/layers/layered_network.hpp>

#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

// An ONNX model (onnx.ai) as protobuf has it, and the questions asked of it. Attributes and operators are
// those of the ONNX operator specification (onnx.ai/onnx/operators).

namespace simplicit {

/// The model of these bytes; throws InputError naming `path`.
[[nodiscard]] onnx::ModelProto parse_model(const std::string& bytes, const std::string& path);

/// Makes constant nodes initializers, joins the names on both sides of nodes that change nothing (Identity,
/// Dropout at inference), and leaves out nodes and initializers that the output does not need.
void simplify(onnx::ModelProto& model, const std::string& path);

/// The one input that is no initializer and the one output, as simplify() checked them.
[[nodiscard]] onnx::ValueInfoProto& input_of(onnx::ModelProto& model);
[[nodiscard]] const std::string& output_of(const onnx::ModelProto& model);

/// "node 'conv1' (Conv)"
[[nodiscard]] std::string title_of(const onnx::NodeProto& node);

/// Null when the node has none of this name.
[[nodiscard]] const onnx::AttributeProto* attribute_of(const onnx::NodeProto& node, const std::string& name);
[[nodiscard]] std::int64_t integer_of(const onnx::NodeProto& node, const std::string& name,
                                      std::int64_t otherwise);
[[nodiscard]] double real_of(const onnx::NodeProto& node, const std::string& name, double otherwise);
[[nodiscard]] std::string text_of(const onnx::NodeProto& node, const std::string& name,
                                  const std::string& otherwise);
[[nodiscard]] std::vector<std::int64_t> list_of(const onnx::NodeProto& node, const std::string& name);
/// Replaces or adds.
void put_list(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values);
void put_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void remove_attribute(onnx::NodeProto& node, const std::string& name);

/// Numbers of a constant, with their shape.
struct Numbers {
  std::vector<Index> shape;
  std::vector<double> values;
};
/// Of float32 or float64 numbers; nothing for other types. Throws InputError where the bytes do not fit the
/// shape or a number is not finite.
[[nodiscard]] std::optional<Numbers> numbers_of(const onnx::TensorProto& tensor, const std::string& path);
[[nodiscard]] std::optional<std::vector<std::int64_t>> integers_of(const onnx::TensorProto& tensor);
[[nodiscard]] onnx::TensorProto float_tensor(const std::string& name, const std::vector<Index>& shape,
                                             const std::vector<float>& values);
[[nodiscard]] onnx::TensorProto integer_tensor(const std::string& name,
                                               const std::vector<std::int64_t>& values);

/// Initializers by name.
[[nodiscard]] std::map<std::string, const onnx::TensorProto*> initializers_of(const onnx::ModelProto& model);
/// For each tensor the nodes that read it, once for each time; the output of the network counts as read by
/// -1.
[[nodiscard]] std::map<std::string, std::vector<int>> readers_of(const onnx::ModelProto& model);

/// The range of a Relu or of a Clip with constant bounds; nothing of other nodes. Throws InputError naming
/// `path` where a bound is not finite.
[[nodiscard]] std::optional<ClipRange> clip_range(
    const onnx::NodeProto& node, const std::map<std::string, const onnx::TensorProto*>& initializers,
    const std::string& path);

/// Shapes of one sample of all tensors with `batch` of them that OpenCV computes, by its own account, the
/// input included. Throws InputError naming `path` when OpenCV does not take the network or a tensor is
/// larger than any network here, and, when it is `tried`, when it cannot be run on zeros.
[[nodiscard]] std::map<std::string, Shape> tensor_shapes(const onnx::ModelProto& model, Index batch,
                                                         const std::string& path, bool tried);

/// The model as OpenCV 4.6 reads it rightly: `batch` samples, padding that differs from side to side and
/// padding that averages count as nodes of their own.
[[nodiscard]] onnx::ModelProto for_opencv(const onnx::ModelProto& model, Index batch);

}  // namespace simplicit
