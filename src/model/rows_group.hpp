#pragma once

#include <simplicit/hdf5/file.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <string>

namespace simplicit {

/// The certificates in group `group` of a model file, `rows` of them. Throws InputError naming file, dataset
/// and fault.
[[nodiscard]] ImplicitModel::Rows read_rows(const hdf5::File& file, const std::string& group, Index rows);
/// Writes that group.
void write_rows(hdf5::File& file, const std::string& group, const ImplicitModel::Rows& rows, Index count);

}  // namespace simplicit
