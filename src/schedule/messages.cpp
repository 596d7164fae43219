#include <simplicit/schedule/archive.hpp>
#include <simplicit/schedule/messages.hpp>

#include <algorithm>
#include <cstdint>

namespace boost::serialization {

// A list by its length and its items, read a piece at a time: a length that promises more than the bytes hold
// takes no memory.
template <class Archive, class T>
void serialize_list(Archive& archive, std::vector<T>& list) {
  constexpr std::uint64_t piece = 65536;
  std::uint64_t count = list.size();
  archive& count;
  if constexpr (Archive::is_loading::value) list.clear();
  for (std::uint64_t first = 0; first < count; first += piece) {
    const std::uint64_t items = std::min(piece, count - first);
    if constexpr (Archive::is_loading::value) list.resize(first + items);
    for (std::uint64_t i = first; i < first + items; ++i) archive& list[i];
  }
}

template <class Archive>
void serialize(Archive& archive, simplicit::RowResult& result, unsigned /*version*/) {
  archive& result.row;
  serialize_list(archive, result.columns);
  serialize_list(archive, result.values);
  archive& result.primal& result.dual& result.relative_gap;
  archive& result.relative_residual& result.status& result.iterations& result.rounds& result
      .ball_active& result.seconds;
}

template <class Archive>
void serialize(Archive& archive, simplicit::FinishedBlock& finished, unsigned /*version*/) {
  archive& finished.block& finished.seconds& finished.ended;
  serialize_list(archive, finished.rows);
}

template <class Archive>
void serialize(Archive& archive, simplicit::SavedBlock& saved, unsigned /*version*/) {
  archive& saved.block& saved.again;
  serialize_list(archive, saved.rows);
}

template <class Archive>
void serialize(Archive& archive, simplicit::Verdict& verdict, unsigned /*version*/) {
  archive& verdict.complete& verdict.failed& verdict.failure;
}

}  // namespace boost::serialization

namespace simplicit {

// What is sent, each with its own code here, so that the headers of the archives are read once.
template std::string packed(const FinishedBlock&);
template FinishedBlock unpacked<FinishedBlock>(const std::string&);
template std::string packed(const SavedBlock&);
template SavedBlock unpacked<SavedBlock>(const std::string&);
template std::string packed(const Failure&);
template Failure unpacked<Failure>(const std::string&);
template std::string packed(const Verdict&);
template Verdict unpacked<Verdict>(const std::string&);
template std::string packed(const Index&);
template Index unpacked<Index>(const std::string&);
template std::string packed(const std::vector<Index>&);
template std::vector<Index> unpacked<std::vector<Index>>(const std::string&);
template std::string packed(const std::vector<std::string>&);
template std::vector<std::string> unpacked<std::vector<std::string>>(const std::string&);
template std::string packed(const std::vector<RowResult>&);
template std::vector<RowResult> unpacked<std::vector<RowResult>>(const std::string&);
template std::string packed(const std::vector<std::vector<int>>&);
template std::vector<std::vector<int>> unpacked<std::vector<std::vector<int>>>(const std::string&);

}  // namespace simplicit
