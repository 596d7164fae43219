#pragma once

#include <simplicit/network/network.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace simplicit {

/// ONNX files with more bytes are refused before anything is allocated.
inline constexpr std::uint64_t max_onnx_bytes = std::uint64_t{1} << 30U;
/// So are networks whose tensors hold more numbers per sample, and those that take more multiplications.
inline constexpr Index max_tensor_entries = Index{1} << 26;
inline constexpr double max_products = 1e11;

/// Whether the file is to be read as ONNX: its name ends in .onnx.
[[nodiscard]] bool is_onnx_name(const std::string& path);

/// The file and the files beside it that hold its numbers (external data), which must lie in its folder.
[[nodiscard]] std::vector<std::string> onnx_files(const std::string& path);

/// The bytes of the model, with the numbers of files beside it inside; throws InputError when it is missing,
/// no file, empty or above max_onnx_bytes, and when this build has no ONNX (then it says how to get it).
[[nodiscard]] std::string read_onnx_bytes(const std::string& path);

/// The network that an ONNX model (onnx.ai, IR version 3 and up, operator sets 7 to 24) describes: one input,
/// one kind of activation (Relu, LeakyRelu with slope 0.01, Tanh, Sigmoid, and what says the same otherwise),
/// everything else affine. Constants are computed beforehand, whatever operators they come from. Inputs,
/// outputs after the first, and nodes that the first output does not depend on are left out; so is a Softmax,
/// LogSoftmax or Sigmoid at the very end, which changes no decision. Throws InputError naming `path`, all
/// nodes that cannot be read and the reasons: sizes are checked against the bytes that are there before they
/// are used, weights must be finite.
[[nodiscard]] Network parse_onnx(const std::string& bytes, const std::string& path);

}  // namespace simplicit
