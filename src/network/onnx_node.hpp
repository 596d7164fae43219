#pragma once

#include "network/onnx_constant.hpp"
#include <simplicit/network/network.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class NodeProto;
}  // namespace onnx

namespace simplicit {

/// Stands for the number of samples where a graph computes with shapes: nothing else comes near it.
inline constexpr Index samples_mark = (Index{1} << 40) + 15;
[[nodiscard]] constexpr bool is_samples(Index length) {
  return length == samples_mark;
}

/// What a name in an ONNX graph stands for.
struct OnnxValue {
  std::optional<std::size_t> tensor;  ///< of the network
  OnnxConstant constant;              ///< when it is no tensor
};

/// How many numbers may still be worked out entry by entry, which a small file could ask for without end.
struct EntryRoom {
  Index constants = 0;  ///< that the graph computes
  Index maps = 0;       ///< of tensors whose entries are moved about or added up
};

/// One node of an ONNX graph while its operator is read. Everything throws InputError
/// "<path>: node '<name>' (<operator>) <fault>".
class OnnxNode {
 public:
  OnnxNode(const onnx::NodeProto& proto, const std::map<std::string, OnnxValue>& values,
           const Network& network, Index batch, const EntryRoom& room, const std::string& path);

  [[nodiscard]] std::string title() const;  ///< "node 'conv1' (Conv)"
  [[nodiscard]] const std::string& type() const;
  /// The batch that the file was exported with; 0 when it is left open.
  [[nodiscard]] Index batch() const { return batch_; }
  [[nodiscard]] const EntryRoom& room() const { return room_; }
  [[noreturn]] void fail(const std::string& fault) const;

  // --- inputs ---
  [[nodiscard]] int input_count() const;
  [[nodiscard]] bool has_input(int i) const;
  [[nodiscard]] bool is_tensor(int i) const;
  [[nodiscard]] std::size_t tensor(int i) const;  ///< its index in the network
  [[nodiscard]] const Shape& shape(int i) const;  ///< of a tensor
  /// The shape of tensor i; fails unless it is (channels, height, width).
  [[nodiscard]] const Shape& planes(int i) const;
  /// The constant at input i; fails when the network computes it.
  [[nodiscard]] const OnnxConstant& numbers(int i) const;
  /// The same of real numbers, all of them finite.
  [[nodiscard]] const OnnxConstant& floats(int i) const;
  [[nodiscard]] std::vector<std::int64_t> integers(int i) const;
  /// Sizes of all axes, that of the samples counting one: of a tensor (1, ...), of a constant its own.
  [[nodiscard]] std::vector<Index> full_shape(int i) const;
  [[nodiscard]] int output_count() const;
  /// Whether all inputs are constants of integers.
  [[nodiscard]] bool integer_inputs() const;
  /// The constant at input i as one number per channel; fails unless there are `count`. Empty when absent.
  [[nodiscard]] std::vector<float> one_a_channel(int i, Index count, const char* what) const;

  // --- attributes ---
  /// Fails on an attribute that is not in the list: it would change the meaning unseen.
  void require_only(const std::vector<std::string>& names) const;
  void require_inputs(int least, int most) const;
  [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise) const;
  [[nodiscard]] double real(const std::string& name, double otherwise) const;
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const;
  [[nodiscard]] std::vector<std::int64_t> list(const std::string& name,
                                               const std::vector<std::int64_t>& otherwise) const;
  [[nodiscard]] bool has_attribute(const std::string& name) const { return attribute(name) != nullptr; }
  /// What a Constant node holds, in whichever attribute.
  [[nodiscard]] OnnxConstant constant() const;

 private:
  [[nodiscard]] const onnx::AttributeProto* attribute(const std::string& name) const;
  [[nodiscard]] const onnx::AttributeProto* typed(const std::string& name, int type) const;
  [[nodiscard]] const OnnxValue& value(int i) const;

  const onnx::NodeProto& proto_;
  const std::map<std::string, OnnxValue>& values_;
  const Network& network_;
  Index batch_;
  EntryRoom room_;
  std::string path_;
};

}  // namespace simplicit
