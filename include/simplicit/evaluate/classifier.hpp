#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/infer/implicit_gradient.hpp>

#include <span>

namespace simplicit {

/// The outputs at some inputs, and which way the inputs lead away from the labels.
struct OutputsAndAscent {
  Matrix Y;       ///< (q x k)
  Matrix ascent;  ///< (p x k) derivatives by the inputs of the log odds against the labels
};

/// A network as an attack sees it. Inputs U (p x k); the bits of a column depend on its block of samples
/// only.
class Classifier {
 public:
  Classifier() = default;
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;
  virtual ~Classifier() = default;
  [[nodiscard]] virtual Matrix outputs(const Matrix& U) const = 0;
  [[nodiscard]] virtual OutputsAndAscent ascent(const Matrix& U, std::span<const int> labels) const = 0;
};

/// The implicit model: outputs at the equilibrium, derivatives through it.
class ImplicitClassifier : public Classifier {
 public:
  ImplicitClassifier(const ImplicitModel& model, const FixedPointSettings& settings)
      : fixed_point_(model, settings), gradient_(model) {}
  [[nodiscard]] Matrix outputs(const Matrix& U) const override;
  [[nodiscard]] OutputsAndAscent ascent(const Matrix& U, std::span<const int> labels) const override;

 private:
  FixedPoint fixed_point_;
  ImplicitGradient gradient_;
};

/// The baseline network.
class MlpClassifier : public Classifier {
 public:
  explicit MlpClassifier(Mlp mlp) : mlp_(std::move(mlp)) {}
  [[nodiscard]] Matrix outputs(const Matrix& U) const override;
  [[nodiscard]] OutputsAndAscent ascent(const Matrix& U, std::span<const int> labels) const override;

 private:
  Mlp mlp_;
};

/// The log odds against the label, L = log sum_{k != label} exp(y_k) - y_label, and its derivatives.
///
/// The cross-entropy is log(1 + exp L), an increasing function of L: both rise in the same direction, but the
/// derivatives of L do not vanish where the network is sure of itself, which would make it look robust.
/// Y (q x k), labels (k) in 0..q-1; returns dL/dY (q x k): the other outputs' softmax among themselves, -1 at
/// the label, all zero when there is no other output.
[[nodiscard]] Matrix log_odds_slopes(const Matrix& Y, std::span<const int> labels);

}  // namespace simplicit
