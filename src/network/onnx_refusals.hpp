#pragma once

#include <map>
#include <string>
#include <vector>

namespace onnx {
class NodeProto;
}

namespace simplicit {

/// The nodes of a graph that cannot be part of an implicit model, told together.
class OnnxRefusals {
 public:
  /// `type` is the node's operator, `fault` the whole message: "<path>: node '<name>' (<operator>) <fault>".
  void add(const std::string& type, const std::string& fault) { refused_.push_back({type, fault}); }
  /// One InputError for all of them, operator by operator; nothing where there are none.
  void throw_if_any(const std::string& path) const;

 private:
  struct Refused {
    std::string type;
    std::string fault;
  };
  std::vector<Refused> refused_;
};

/// The node that writes each tensor.
using OnnxWriters = std::map<std::string, const onnx::NodeProto*>;

/// Why a product (Mul) of two tensors is refused where it is known by another name: an activation such as
/// x * sigmoid(x), or a gate. Empty for any other.
[[nodiscard]] std::string fault_of_product(const onnx::NodeProto& product, const OnnxWriters& writers);

}  // namespace simplicit
