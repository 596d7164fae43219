#pragma once

#include <simplicit/base/failure.hpp>
#include <simplicit/schedule/run_rows.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// What coordinator and workers say to each other. Root to worker: solve, dismiss, verdict; worker to root:
/// finished, failed, abandoned (it was asked to give up a block), left. A dismissed worker drops what it has
/// not begun, says left as its last word and waits for the verdict, which root sends when all have left.
enum class MessageTag : int { solve, dismiss, verdict, finished, failed, abandoned, left };

/// The work of one block, on its way to root.
struct FinishedBlock {
  Index block = 0;     ///< place in the list of blocks
  double seconds = 0;  ///< solving it took
  double ended = 0;    ///< seconds after the rank entered run_rows
  std::vector<RowResult> rows;
};

/// The rows of one block in a journal.
struct SavedBlock {
  Index block = 0;     ///< place in the list of blocks, counted on from stage to stage
  bool again = false;  ///< takes the place of an earlier record whose rows did not hold
  std::vector<RowResult> rows;
};

/// How the whole ended, the same for all ranks.
struct Verdict {
  bool complete = false;
  bool failed = false;
  Failure failure;
};

/// A value as the bytes of a Boost binary archive, for messages and journals of one build on one CPU type.
/// Made for FinishedBlock, SavedBlock, Failure, Verdict, Index, lists of RowResult and lists of supports
/// (messages.cpp).
template <class T>
[[nodiscard]] std::string packed(const T& value);

/// The value in the bytes; throws SystemError when they are not such an archive.
template <class T>
[[nodiscard]] T unpacked(const std::string& bytes);

}  // namespace simplicit
