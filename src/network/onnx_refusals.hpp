#pragma once

#include "network/onnx_needed_nodes.hpp"

#include <string>
#include <vector>

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

/// Why a product (Mul) of two tensors is refused where it is known by another name: an activation such as
/// x * sigmoid(x), or a gate. Empty for any other.
[[nodiscard]] std::string fault_of_product(const onnx::NodeProto& product, const OnnxWriters& writers);

}  // namespace simplicit
