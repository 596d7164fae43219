#pragma once

#include <simplicit/linalg/stored_matrix.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/parallel/node_window.hpp>
#include <simplicit/states/states_file.hpp>

#include <optional>

namespace simplicit {

/// Which samples of a file are taken: all, or one side of the split that sets every 10th sample aside.
enum class SamplePart { all, fitted, held_out };
/// How many of `samples` belong to a part.
[[nodiscard]] Index count_of(SamplePart part, Index samples);

/// Numbers from the begin of a column to that of the next one: `samples`, padded so that columns start at
/// 64-byte boundaries.
[[nodiscard]] Index leading_dimension_of(Index samples);

/// The samples of a states file, once per node, feature by feature.
///
/// Column j of phi() (m numbers, contiguous) is feature j of Phi = [X^T U^T 1]; column i of targets() is the
/// target z of row i: first the n rows of Z, then the q rows of Y. Numbers keep the file's precision. Columns
/// start at 64-byte boundaries (leading dimension a multiple of 16), the padding is zero. m counts the
/// samples of the part that was asked for, in the order of the file.
class StateStore {
 public:
  /// Collective: the ranks of a node read disjoint slabs of samples through collective MPI-IO, in pieces
  /// below 2 GiB (`piece_bytes` a rank, the only private copy). Throws InputError on non-finite numbers
  /// (dataset, sample and entry are named) and when the window has no room, Error(ExitCode::interrupted) when
  /// a signal asks to stop; on every rank alike.
  StateStore(const Communicator& ranks, const StatesHeader& header, SamplePart part = SamplePart::all,
             std::size_t piece_bytes = std::size_t{64} << 20);

  /// Overwrites the states X of samples first .. first + X.cols() - 1 with X (n x k), rounded to the file's
  /// precision; a fence must follow.
  void write_states(Index first, const Matrix& X);
  /// Keeps a copy of the states X as they are, in a second window of the node (collective). Throws InputError
  /// when there is no room.
  void keep_states();
  /// Makes the states X those that were kept (collective).
  void restore_states();
  /// What was written by any rank before is seen by every rank of the node after (collective).
  void fence() const { window_.fence(); }
  [[nodiscard]] const StatesHeader& header() const { return header_; }
  [[nodiscard]] StoredMatrix phi() const { return phi_; }          ///< (m x d)
  [[nodiscard]] StoredMatrix targets() const { return targets_; }  ///< (m x (n + q))
  [[nodiscard]] const Communicator& node() const { return node_; }
  /// Whether HDF5 carried out every transfer collectively.
  [[nodiscard]] bool read_collectively() const { return read_collectively_; }

 private:
  template <class T>
  void load(const Communicator& ranks, SamplePart part, std::size_t piece_bytes);

  StatesHeader header_;
  Communicator node_;
  void copy_states(const NodeWindow& from, NodeWindow& to) const;

  NodeWindow window_;               ///< phi, then targets
  std::optional<NodeWindow> kept_;  ///< the states X alone
  StoredMatrix phi_;
  StoredMatrix targets_;
  bool read_collectively_ = true;
};

}  // namespace simplicit
