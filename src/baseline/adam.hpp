#pragma once

#include "baseline/loss.hpp"

namespace simplicit {

/// Adam (Kingma, Ba, arXiv 1412.6980, algorithm 1) with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8.
class Adam {
 public:
  /// The shapes are those of `parameters`.
  explicit Adam(const Parameters<float>& parameters);
  void step(const Parameters<float>& gradient, double learning_rate, Parameters<float>& parameters);

 private:
  Parameters<float> first_moment_;
  Parameters<float> second_moment_;
  Index steps_ = 0;
};

}  // namespace simplicit
