#include "network/onnx_refusals.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <set>

namespace simplicit {

void OnnxRefusals::throw_if_any(const std::string& path) const {
  if (refused_.empty()) return;
  if (refused_.size() == 1) throw InputError(refused_[0].fault);
  std::string message =
      fmt::format("{}: {} nodes cannot be part of an implicit model:", path, refused_.size());
  constexpr std::size_t most_told = 12;
  std::set<std::string> told;
  for (const Refused& refused : refused_) {
    const auto& [type, fault] = refused;
    if (told.size() == most_told) break;
    // One of each kind tells enough.
    const std::string reason = fault.substr(fault.find(')') + 1);
    if (!told.insert(type + reason).second) continue;
    const auto alike = std::count_if(refused_.begin(), refused_.end(), [&](const Refused& other) {
      return other.type == refused.type && other.fault.ends_with(reason);
    });
    message += "\n  " + fault.substr(path.size() + 2);
    if (alike > 1) message += fmt::format(" (and {} more like it)", alike - 1);
  }
  throw InputError(message);
}

std::string fault_of_product(const onnx::NodeProto& product, const OnnxWriters& writers) {
  static const std::map<std::string, std::string> names{
      {"Sigmoid", "SiLU"}, {"HardSigmoid", "HardSwish"}, {"Tanh", "Mish"}, {"Softplus", "Mish"}};
  for (int i = 0; i < 2; ++i) {
    const auto writer = writers.find(product.input(i));
    if (writer == writers.end() || writer->second->input_size() < 1) continue;
    const auto name = names.find(writer->second->op_type());
    if (name == names.end()) continue;
    const bool by_itself =
        writer->second->op_type() == "Tanh" || writer->second->input(0) == product.input(1 - i);
    if (by_itself) {
      return "computes " + name->second +
             ", which is no activation of an implicit model: it is not one of Relu, LeakyRelu, Tanh and "
             "Sigmoid, and its slope exceeds 1; train the network with one of these";
    }
    return "multiplies channels by a gate that the network computes (squeeze and excitation), which is not "
           "affine";
  }
  return "";
}

}  // namespace simplicit
