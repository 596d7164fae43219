#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/hdf5/file.hpp>

#include <string>

namespace simplicit {

/// Writes a compressed matrix as the group `name` in the CSR encoding AnnData and scipy read: attributes
/// `encoding-type`, `encoding-version`, `shape`; datasets `data` (float64), `indices` (int32), `indptr`
/// (int64).
void write_csr_group(hdf5::File& file, const std::string& name, const SparseMatrix& matrix);

/// Reads such a group. Throws InputError naming file, dataset and fault unless sizes agree, `indptr` rises
/// from 0 to the number of entries, column indices lie in range and ascend within each row, and every entry
/// is finite and not zero. Nothing is allocated from an unchecked size.
[[nodiscard]] SparseMatrix read_csr_group(const hdf5::File& file, const std::string& name);

/// Throws InputError unless the dataset is one-dimensional, of numbers of this kind, and of this length.
void require_list(const hdf5::File& file, const std::string& dataset, hdf5::Kind kind, Index length);

}  // namespace simplicit
