#pragma once

#include <simplicit/base/types.hpp>

#include <span>

namespace simplicit {

/// The log odds against the label, L = log sum_{k != label} exp(y_k) - y_label, and its derivatives.
///
/// The cross-entropy is log(1 + exp L), an increasing function of L: both rise in the same direction, but the
/// derivatives of L do not vanish where the network is sure of itself, which would make it look robust.
/// Y (q x k), labels (k) in 0..q-1; returns dL/dY (q x k): the other outputs' softmax among themselves, -1 at
/// the label, all zero when there is no other output.
[[nodiscard]] Matrix log_odds_slopes(const Matrix& Y, std::span<const int> labels);

}  // namespace simplicit
