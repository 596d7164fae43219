#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/base/types.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/solve/row_result.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

namespace simplicit {

/// x = phi(A x + B u), y = C x + D u. With a bias, B and D have one more column, the last, for the
/// constant 1.
struct ImplicitModel {
  SparseMatrix A;  ///< (n x n), infinity norm at most kappa (1 + 1e-12)
  SparseMatrix B;  ///< (n x p (+1))
  SparseMatrix C;  ///< (q x n)
  SparseMatrix D;  ///< (q x p (+1))
  Activation activation = Activation::relu;
  bool bias = false;
  double kappa = 0.95;
  std::optional<Index> baseline_parameters;  ///< weights and biases of the baseline
  std::optional<Index>
      baseline_connections;  ///< nonzeros of its exact implicit form, where it shares weights
  Vector state_scale;        ///< (n) of the states it was trained on; ones when unknown
  nlohmann::json provenance;

  /// The certificates, one entry per row: n rows of [A B], then q rows of [C D].
  struct Rows {
    std::vector<double> primal, dual, relative_gap;
    std::vector<std::int64_t> status, iterations, nonzeros;
    std::vector<double> seconds;
  } rows;

  [[nodiscard]] Index states() const { return A.rows(); }
  [[nodiscard]] Index inputs() const { return B.cols() - (bias ? 1 : 0); }
  [[nodiscard]] Index outputs() const { return C.rows(); }
  [[nodiscard]] Index nonzeros() const { return A.nonZeros() + B.nonZeros() + C.nonZeros() + D.nonZeros(); }
  /// What shares of weights kept refer to: the connections where they are known, else the parameters.
  [[nodiscard]] std::optional<Index> baseline_weights() const {
    return baseline_connections ? baseline_connections : baseline_parameters;
  }
  /// All nonzeros over baseline_weights(), when that is known.
  [[nodiscard]] std::optional<double> kept() const;
  /// max_i sum_j |A_ij|
  [[nodiscard]] double norm_a_inf() const;
};

/// The sizes that rows are assembled to.
struct ModelShape {
  Index states = 0;
  Index inputs = 0;
  Index outputs = 0;
  bool bias = false;
};

/// Sorts the rows into A, B, C, D and the rows table; every row must be there exactly once. Rows of A that
/// leave the ball by rounding are scaled back so that ‖a‖_1 <= kappa (1 + 1e-12).
[[nodiscard]] ImplicitModel assemble(const ModelShape& shape, double kappa, std::vector<RowResult> rows);

/// Reads a model file; throws InputError naming file, dataset and fault (sizes, indices, order, finiteness
/// are all checked before use).
[[nodiscard]] ImplicitModel read_model(const std::string& path);
/// The same on root, agreed on and sent to all ranks (collective).
[[nodiscard]] ImplicitModel read_model(const std::string& path, const Communicator& ranks);
/// Every rank gets root's model (collective).
void broadcast_model(ImplicitModel& model, const Communicator& ranks);
/// Writes under a temporary name and renames; throws SystemError when the disk does not take it.
void write_model(const ImplicitModel& model, const std::string& path);

/// Throws InputError unless the model and the sizes (n, p, q, bias, activation) fit each other; `path` names
/// the file the sizes come from, `model_path` that of the model.
void require_fit(const ImplicitModel& model, const ModelShape& shape, Activation activation,
                 const std::string& path, const std::string& model_path = "the model");

}  // namespace simplicit
