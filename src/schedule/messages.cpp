#include <simplicit/schedule/archive.hpp>
#include <simplicit/schedule/messages.hpp>

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
