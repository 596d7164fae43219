#pragma once

#include <simplicit/parallel/values.hpp>
#include <simplicit/solve/row_result.hpp>

// How results of rows travel between ranks and into journals.

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, simplicit::RowResult& result, unsigned /*version*/) {
  archive& result.row;
  simplicit::archive_list(archive, result.columns);
  simplicit::archive_list(archive, result.values);
  archive& result.primal& result.dual& result.relative_gap;
  archive& result.relative_residual& result.status& result.iterations& result.rounds& result
      .ball_active& result.seconds;
}

}  // namespace boost::serialization
