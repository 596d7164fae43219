#pragma once

#include "baseline/loss.hpp"
#include <simplicit/base/random.hpp>

namespace simplicit {

/// Moves a batch of inputs (p x k), pixels in [0, 1], by at most epsilon each so that the loss grows: a
/// uniform random start in the box, then one step of 1.25 epsilon along the signs of the gradient, brought
/// back into the box and into [0, 1] (random-start FGSM; Wong, Rice, Kolter, "Fast is better than free",
/// arXiv 2001.03994). `gradient` and `workspace` are scratch.
void move_against(const Parameters<float>& parameters, Activation activation, std::span<const int> labels,
                  double epsilon, RandomStream& random, Parameters<float>& gradient,
                  BackpropagationWorkspace<float>& workspace, Dense<float>& inputs);

}  // namespace simplicit
