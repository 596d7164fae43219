#pragma once

#include <simplicit/base/failure.hpp>
#include <simplicit/parallel/values.hpp>

#include <string>

namespace simplicit {

/// What coordinator and workers say to each other. Root to worker: solve, dismiss, verdict; worker to root:
/// finished, failed, abandoned (it was asked to give up a block), left. A dismissed worker drops what it has
/// not begun, says left as its last word and waits for the verdict, which root sends when all have left.
enum class MessageTag : int { solve, dismiss, verdict, finished, failed, abandoned, left };

/// The work of one block, on its way to root.
struct FinishedBlock {
  Index block = 0;     ///< place in the list of blocks
  double seconds = 0;  ///< solving it took
  double ended = 0;    ///< seconds after the rank entered run_blocks
  std::string result;  ///< what solving it returned

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& block& seconds& ended;
    archive_list(archive, result);
  }
};

/// How the whole ended, the same for all ranks.
struct Verdict {
  bool complete = false;
  bool failed = false;
  Failure failure;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& complete& failed& failure;
  }
};

}  // namespace simplicit
