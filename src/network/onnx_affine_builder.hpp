#pragma once

#include "network/onnx_affine.hpp"
#include "network/onnx_axes.hpp"

namespace simplicit {

/// Collects the terms of an affine map row by row, whichever inputs are constants.
class AffineBuilder {
 public:
  AffineBuilder(const OnnxNode& node, std::vector<Index> shape);

  /// Output entry `row` += factor * entry of input i.
  void add(Index row, int i, Index entry, double factor) {
    const Operand& operand = operands_[static_cast<std::size_t>(i)];
    if (operand.values != nullptr) {
      map_.shift[static_cast<std::size_t>(row)] +=
          factor * (*operand.values)[static_cast<std::size_t>(entry)];
    } else if (factor != 0) {
      add_term(operand.place, {row, entry, factor});
    }
  }
  void shift(Index row, double by) { map_.shift[static_cast<std::size_t>(row)] += by; }
  /// What the node's constants count as.
  void count(Index weights, Index biases);
  [[nodiscard]] AffineMap take() { return std::move(map_); }

 private:
  struct Operand {
    const std::vector<double>* values = nullptr;  ///< of a constant
    std::size_t place = 0;                        ///< among the inputs that are none
  };
  void add_term(std::size_t place, const AffineMap::Term& term);

  const OnnxNode& node_;
  std::vector<Operand> operands_;
  AffineMap map_;
  Index terms_ = 0;
};

// By kind.
[[nodiscard]] AffineMap arithmetic(const OnnxNode& node);        // Add Sub Sum Mean Mul Div Neg
[[nodiscard]] AffineMap reduction(const OnnxNode& node);         // ReduceMean ReduceSum GlobalAveragePool
[[nodiscard]] AffineMap average_pool(const OnnxNode& node);      // of any rank and padding
[[nodiscard]] AffineMap convolution(const OnnxNode& node);       // of any rank
[[nodiscard]] AffineMap convolution_back(const OnnxNode& node);  // ConvTranspose
[[nodiscard]] AffineMap matrix_product(const OnnxNode& node);    // MatMul, Gemm
[[nodiscard]] AffineMap resize(const OnnxNode& node);            // Resize, Upsample
[[nodiscard]] AffineMap batch_normalization(const OnnxNode& node);

}  // namespace simplicit
