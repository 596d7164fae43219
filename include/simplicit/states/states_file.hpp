#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/base/types.hpp>
#include <simplicit/hdf5/file.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Everything about a states file but its samples; what a file made by other tools lacks takes its default.
struct StatesHeader {
  std::string path;
  Index samples = 0;                         ///< m
  Index states = 0;                          ///< n; 0 where the file has neither X nor Z
  Index inputs = 0;                          ///< p
  Index outputs = 0;                         ///< q
  Precision precision = Precision::float64;  ///< float64 as soon as one of U, X, Z, Y is
  Activation activation = Activation::relu;
  bool bias = false;
  std::optional<Index> baseline_parameters;  ///< weights and biases of the baseline
  /// Nonzeros of [A B; C D] in the baseline's exact implicit form, where convolutions share parameters.
  std::optional<Index> baseline_connections;
  std::vector<Index> layer_sizes;     ///< last hidden layer first; empty when unknown
  std::optional<Vector> state_scale;  ///< (n) factors the states were multiplied with
  bool has_labels = false;
  bool has_baseline = false;
  bool has_network = false;  ///< the ONNX model that the samples were run through

  /// What shares of weights kept refer to: the connections where they are known, else the parameters.
  [[nodiscard]] std::optional<Index> baseline_weights() const {
    return baseline_connections ? baseline_connections : baseline_parameters;
  }
  /// Features of a row problem: n + p (+ 1).
  [[nodiscard]] Index features() const { return states + inputs + (bias ? 1 : 0); }
};

/// Opens the file on this process and checks structure, sizes, types, attributes and label range; reads no
/// samples. Throws InputError naming file, dataset and fault.
[[nodiscard]] StatesHeader read_states_header(const std::string& path);

/// The same on root, agreed on and sent to all ranks (collective).
[[nodiscard]] StatesHeader read_states_header(const std::string& path, const Communicator& ranks);

/// A fingerprint of the whole file's samples and attributes, the same at any rank count (collective); hex
/// text.
[[nodiscard]] std::string states_digest(const StatesHeader& header, const Communicator& ranks);

/// One slab of samples in double precision, a column per sample.
struct SampleSlab {
  Index first = 0;
  Matrix U;                 ///< (p x k)
  Matrix X;                 ///< (n x k)
  Matrix Z;                 ///< (n x k)
  Matrix Y;                 ///< (q x k)
  std::vector<int> labels;  ///< (k), empty when the file has none
};

/// Reads slabs of samples of a states file, each rank its own, without collective calls; non-finite numbers
/// throw InputError naming dataset, sample and entry.
class SampleReader {
 public:
  explicit SampleReader(const StatesHeader& header);
  /// Which of U, X, Z, Y to read; the others stay empty.
  struct Parts {
    bool U = true, X = true, Z = true, Y = true, labels = true;
  };
  [[nodiscard]] SampleSlab read(Index first, Index count, Parts parts) const;

 private:
  StatesHeader header_;
  hdf5::File file_;
};

}  // namespace simplicit
