#pragma once

#include <simplicit/network/network.hpp>

#include <cstdint>
#include <string>

namespace simplicit {

/// ONNX files with more bytes are refused before anything is allocated.
inline constexpr std::uint64_t max_onnx_bytes = std::uint64_t{1} << 30U;
/// So are networks whose tensors hold more numbers per sample, and those that take more multiplications.
inline constexpr Index max_tensor_entries = Index{1} << 26;
inline constexpr double max_products = 1e11;

/// Whether the file is to be read as ONNX: its name ends in .onnx.
[[nodiscard]] bool is_onnx_name(const std::string& path);

/// The bytes of the file; throws InputError when it is missing, no file, empty or above max_onnx_bytes, and
/// when this build has no ONNX (then it says how to get it).
[[nodiscard]] std::string read_onnx_bytes(const std::string& path);

/// The network that an ONNX model (onnx.ai, IR version 3 and up, operator sets 7 to 17) describes: one input,
/// one output, one kind of activation, everything else affine. Supported: Gemm, MatMul with constant weights,
/// Conv on planes, BatchNormalization, Add (of two tensors, or of a constant a channel), AveragePool,
/// GlobalAveragePool, Pad with zeros, Flatten, Reshape, Identity, Dropout, Constant; Relu, LeakyRelu with
/// slope 0.01, Tanh, Sigmoid. Nodes that the output does not depend on are left out. Throws InputError naming
/// `path`, the node and the reason on everything else: sizes are checked against the bytes that are there
/// before they are used, weights must be finite float32 numbers inside the file.
[[nodiscard]] Network parse_onnx(const std::string& bytes, const std::string& path);

}  // namespace simplicit
