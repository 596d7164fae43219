#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/parallel/values.hpp>

#include <string>

namespace simplicit {

/// The rows of one block in a journal.
struct SavedBlock {
  Index block = 0;     ///< place in the list of blocks, counted on from stage to stage
  bool again = false;  ///< takes the place of an earlier record whose rows did not hold
  std::string rows;    ///< see packed_rows

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& block& again;
    archive_list(archive, rows);
  }
};

}  // namespace simplicit
