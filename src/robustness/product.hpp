#pragma once

#include <simplicit/base/types.hpp>

#include <vector>

namespace simplicit {

/// A block of columns, one per sample, a bound or a domain.
template <class Scalar>
using Columns = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// Products of a fixed matrix M (rows x cols) with blocks of columns, dense or sparse, whichever its density
/// favours. Sums are over the columns of M in any order.
template <class Scalar>
class Product {
 public:
  Product() = default;
  explicit Product(const SparseMatrix& M);

  /// out (rows x k) += M V, with V (cols x k); each given by its first entry and leading dimension.
  void add(const Scalar* V, Index ldv, Index k, Scalar* out, Index ldo) const;
  /// out (cols x k) += M^T V, with V (rows x k).
  void add_transposed(const Scalar* V, Index ldv, Index k, Scalar* out, Index ldo) const;

  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index cols() const { return cols_; }

 private:
  struct Csr {
    std::vector<int> starts, columns;
    std::vector<Scalar> values;
    explicit Csr(const SparseMatrix& M);
    Csr() = default;
  };
  Index rows_ = 0;
  Index cols_ = 0;
  bool dense_ = false;
  Columns<Scalar> matrix_;
  Csr by_rows_, by_columns_;
};

/// out += M V, or M^T V.
void add_product(bool transpose, const Columns<float>& M, const Columns<float>& V, Columns<float>& out);

extern template class Product<float>;
extern template class Product<double>;

}  // namespace simplicit
