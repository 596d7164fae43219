#pragma once

#include <simplicit/baseline/mlp.hpp>
#include <simplicit/dataset/dataset.hpp>
#include <simplicit/parallel/communicator.hpp>

namespace simplicit {

/// The part of a dataset that one rank works on.
struct SampleShare {
  Range samples;    ///< of all samples, in units of one sample
  Index total = 0;  ///< samples on all ranks together
  Images images;    ///< of this share only
  std::vector<int> labels;
};

/// Cuts the samples into blocks of `block` and gives every rank a contiguous share of the blocks
/// (collective); `data` is looked at on root alone. Root sends the bytes piece by piece and a rank keeps its
/// own share, so that nobody but root ever holds the whole dataset and the files are read once.
[[nodiscard]] SampleShare distribute(const Communicator& ranks, const LabelledImages& data, Index block);

/// Every rank gets root's network (collective).
void broadcast(const Communicator& ranks, Mlp& mlp);

}  // namespace simplicit
