#include <simplicit/schedule/archive.hpp>
#include <simplicit/schedule/messages.hpp>

#include <algorithm>
#include <cstdint>

namespace simplicit {
namespace {

/// A list of numbers to or from an archive. Read, it grows with the bytes that are there: a journal cannot
/// claim a length that fills the memory.
template <class Archive, class Number>
void transfer_numbers(Archive& archive, std::vector<Number>& numbers) {
  constexpr std::uint64_t most_at_once = std::uint64_t{1} << 16;
  std::uint64_t count = numbers.size();
  archive& count;
  if constexpr (Archive::is_loading::value) {
    numbers.clear();
    while (numbers.size() < count) {
      const std::size_t begin = numbers.size();
      numbers.resize(begin + std::min(most_at_once, count - begin));
      archive.load_binary(numbers.data() + begin, (numbers.size() - begin) * sizeof(Number));
    }
  } else {
    archive.save_binary(numbers.data(), numbers.size() * sizeof(Number));
  }
}

}  // namespace
}  // namespace simplicit

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, simplicit::RowResult& result, unsigned /*version*/) {
  std::uint8_t ball_active = result.ball_active ? 1 : 0;
  archive& result.row;
  simplicit::transfer_numbers(archive, result.columns);
  simplicit::transfer_numbers(archive, result.values);
  archive& result.primal& result.dual& result.relative_gap& result.relative_residual;
  archive& result.status& result.iterations& result.rounds& ball_active& result.seconds;
  result.ball_active = ball_active != 0;
}

template <class Archive>
void serialize(Archive& archive, simplicit::FinishedBlock& finished, unsigned /*version*/) {
  archive& finished.block& finished.seconds& finished.ended;
  std::uint64_t rows = finished.rows.size();
  archive& rows;
  if constexpr (Archive::is_loading::value) {
    finished.rows.clear();
    for (; rows > 0; --rows) archive& finished.rows.emplace_back();  // as long as there are bytes
  } else {
    for (simplicit::RowResult& row : finished.rows) archive& row;
  }
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
