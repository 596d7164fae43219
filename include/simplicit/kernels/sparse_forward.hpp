#pragma once

#include <simplicit/kernels/program.hpp>

#include <memory>
#include <string>
#include <vector>

namespace simplicit::kernels {

/// Which instructions the kernels use. The first two round alike, so they return the same bits; `portable`
/// has no fused multiply-add.
enum class Instructions { avx512, avx2, portable };
/// Those that this processor has, fastest first.
[[nodiscard]] std::vector<Instructions> available_instructions();
[[nodiscard]] std::string name_of(Instructions instructions);

/// Runs a program on any number of samples, on one thread, in precision T (float or double). An output entry
/// is the sum bias + w_1 x_1 + w_2 x_2 + ... over the nonzeros of its row in the order of the matrix,
/// whatever the number of samples: results do not depend on what is computed together.
template <class T>
class SparseForward {
 public:
  /// How a tensor lies in memory: `together` runs a block of samples at once, one in each lane of a vector;
  /// `single` runs one sample with neighbouring places of a plane in a vector. `automatic` takes what is
  /// faster for the number of samples.
  enum class Form { automatic, together, single };

  /// @pre require_shapes(program) holds.
  explicit SparseForward(const Program& program,
                         Instructions instructions = available_instructions().front());
  SparseForward(SparseForward&&) noexcept;
  SparseForward& operator=(SparseForward&&) noexcept;
  ~SparseForward();

  [[nodiscard]] Index inputs() const;   ///< p
  [[nodiscard]] Index outputs() const;  ///< q
  /// Samples that are computed together at best.
  [[nodiscard]] Index block() const;
  /// U is (p x samples), Y becomes (q x samples), sample after sample.
  void run(const T* U, Index samples, T* Y, Form form = Form::automatic);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

extern template class SparseForward<float>;
extern template class SparseForward<double>;

}  // namespace simplicit::kernels
