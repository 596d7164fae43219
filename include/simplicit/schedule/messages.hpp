#pragma once

#include <simplicit/base/failure.hpp>
#include <simplicit/schedule/run_rows.hpp>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <sstream>
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

/// How the whole ended, the same for all ranks.
struct Verdict {
  bool complete = false;
  bool failed = false;
  Failure failure;
};

/// A value as the bytes of a Boost binary archive, for messages and journals of one build on one CPU type.
template <class T>
[[nodiscard]] std::string packed(const T& value) {
  std::ostringstream bytes;
  boost::archive::binary_oarchive archive(bytes);
  archive << value;
  return std::move(bytes).str();
}

/// The value in the bytes; throws SystemError when they are not such an archive.
template <class T>
[[nodiscard]] T unpacked(const std::string& bytes) {
  T value{};
  try {
    std::istringstream stream(bytes);
    boost::archive::binary_iarchive archive(stream);
    archive >> value;
  } catch (const std::exception& error) {
    throw SystemError(std::string("a message cannot be read: ") + error.what());
  }
  return value;
}

}  // namespace simplicit

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, simplicit::RowResult& result, unsigned /*version*/) {
  archive& result.row& result.columns& result.values& result.primal& result.dual& result.relative_gap;
  archive& result.relative_residual& result.status& result.iterations& result.rounds& result
      .ball_active& result.seconds;
}

template <class Archive>
void serialize(Archive& archive, simplicit::FinishedBlock& finished, unsigned /*version*/) {
  archive& finished.block& finished.seconds& finished.ended& finished.rows;
}

template <class Archive>
void serialize(Archive& archive, simplicit::Failure& failure, unsigned /*version*/) {
  archive& failure.code& failure.message;
}

template <class Archive>
void serialize(Archive& archive, simplicit::Verdict& verdict, unsigned /*version*/) {
  archive& verdict.complete& verdict.failed& verdict.failure;
}

}  // namespace boost::serialization
