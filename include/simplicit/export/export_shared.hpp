#pragma once

#include <simplicit/model/shared_model.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// "000.npz", ...: one file for each weighted operator.
[[nodiscard]] std::vector<std::string> kernel_files(const SharedModel& model);

/// Writes each operator's weights (channels x taps) as scipy.sparse.load_npz opens them (CSR, float64), with
/// further arrays beside: name, bias (channels, or empty), groups, and kernel_shape, strides, dilations and
/// pads as ONNX counts them (2, 2, 2, 4 numbers), dense (no convolution). Makes the directory when it is not
/// there; all files are complete before the first gets its name. Throws InputError when the directory cannot
/// be made or written.
void write_npz_kernels(const SharedModel& model, const std::string& directory);

/// Writes the network as ONNX: its graph, inputs and outputs as they came, with the trained weights in
/// float32.
void write_onnx_network(const SharedModel& model, const std::string& path);

}  // namespace simplicit
