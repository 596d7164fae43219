#include "model/csr_group.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace simplicit {
namespace {

constexpr std::int64_t largest_size = std::numeric_limits<int>::max() - 1;

struct CsrArrays {
  Index rows = 0;
  Index cols = 0;
  std::vector<double> data;
  std::vector<std::int64_t> indices;
  std::vector<std::int64_t> indptr;
};

[[noreturn]] void refuse(const hdf5::File& file, const std::string& object, const std::string& fault) {
  throw InputError(file.path() + ": '" + object + "' " + fault);
}

void require_encoding(const hdf5::File& file, const std::string& name) {
  const std::string encoding = file.text_attribute(name, "encoding-type");
  if (encoding != "csr_matrix")
    refuse(file, name, "is encoded as '" + encoding + "', csr_matrix is expected");
}

void read_shape(const hdf5::File& file, const std::string& name, CsrArrays& csr) {
  const std::vector<std::int64_t> shape = file.integers_attribute(name, "shape");
  if (shape.size() != 2)
    refuse(file, name, "has a shape of " + std::to_string(shape.size()) + " sizes, not 2");
  for (const std::int64_t size : shape) {
    if (size < 1 || size > largest_size)
      refuse(file, name, "has the impossible size " + std::to_string(size));
  }
  csr.rows = shape[0];
  csr.cols = shape[1];
}

void read_arrays(const hdf5::File& file, const std::string& name, CsrArrays& csr) {
  require_list(file, name + "/indptr", hdf5::Kind::integer, csr.rows + 1);
  const hdf5::DatasetInfo data = file.dataset(name + "/data");
  const Index nonzeros = data.shape.size() == 1 ? data.shape[0] : -1;
  if (nonzeros > largest_size || (nonzeros > 0 && (nonzeros - 1) / csr.cols >= csr.rows)) {
    refuse(file, name + "/data", "has more entries than the matrix has places");
  }
  require_list(file, name + "/data", hdf5::Kind::floating, nonzeros);
  require_list(file, name + "/indices", hdf5::Kind::integer, nonzeros);
  csr.indptr = file.read_integers(name + "/indptr");
  csr.data = file.read_doubles(name + "/data");
  csr.indices = file.read_integers(name + "/indices");
}

void require_row_starts(const hdf5::File& file, const std::string& name, const CsrArrays& csr) {
  const std::string dataset = name + "/indptr";
  if (csr.indptr.front() != 0) refuse(file, dataset, "does not begin with 0");
  for (std::size_t row = 1; row < csr.indptr.size(); ++row) {
    if (csr.indptr[row] < csr.indptr[row - 1])
      refuse(file, dataset, "falls at row " + std::to_string(row - 1));
  }
  if (csr.indptr.back() != std::ssize(csr.data)) {
    refuse(file, dataset,
           "ends at " + std::to_string(csr.indptr.back()) + ", there are " + std::to_string(csr.data.size()) +
               " entries");
  }
}

void require_entries(const hdf5::File& file, const std::string& name, const CsrArrays& csr) {
  for (std::size_t row = 0; row + 1 < csr.indptr.size(); ++row) {
    std::int64_t previous = -1;
    for (std::int64_t k = csr.indptr[row]; k < csr.indptr[row + 1]; ++k) {
      const std::int64_t column = csr.indices[static_cast<std::size_t>(k)];
      const double value = csr.data[static_cast<std::size_t>(k)];
      const std::string place = " in row " + std::to_string(row);
      if (column < 0 || column >= csr.cols) {
        refuse(file, name + "/indices", "has column " + std::to_string(column) + place + ", out of range");
      }
      if (column <= previous) refuse(file, name + "/indices", "does not ascend" + place);
      if (!std::isfinite(value)) refuse(file, name + "/data", "has a number that is not finite" + place);
      if (value == 0) refuse(file, name + "/data", "has an explicit zero" + place);
      previous = column;
    }
  }
}

SparseMatrix matrix_from(const CsrArrays& csr) {
  SparseMatrix matrix(csr.rows, csr.cols);
  matrix.resizeNonZeros(std::ssize(csr.data));
  std::ranges::transform(csr.indptr, matrix.outerIndexPtr(),
                         [](std::int64_t at) { return static_cast<int>(at); });
  std::ranges::transform(csr.indices, matrix.innerIndexPtr(),
                         [](std::int64_t at) { return static_cast<int>(at); });
  std::ranges::copy(csr.data, matrix.valuePtr());
  return matrix;
}

}  // namespace

void require_list(const hdf5::File& file, const std::string& dataset, hdf5::Kind kind, Index length) {
  const hdf5::DatasetInfo info = file.dataset(dataset);
  if (info.kind != kind) {
    refuse(file, dataset,
           kind == hdf5::Kind::integer ? "does not hold integers" : "does not hold real numbers");
  }
  if (info.shape.size() != 1) {
    refuse(file, dataset, "has " + std::to_string(info.shape.size()) + " dimensions, one is expected");
  }
  if (info.shape[0] != length) {
    refuse(file, dataset,
           "has " + std::to_string(info.shape[0]) + " entries, " + std::to_string(length) + " are expected");
  }
}

void write_csr_group(hdf5::File& file, const std::string& name, const SparseMatrix& matrix) {
  SIMPLICIT_ASSERT(matrix.isCompressed(), name);
  file.create_group(name);
  file.set_attribute(name, "encoding-type", std::string("csr_matrix"));
  file.set_attribute(name, "encoding-version", std::string("0.1.0"));
  file.set_attribute(name, "shape", std::vector<std::int64_t>{matrix.rows(), matrix.cols()});
  const auto nonzeros = static_cast<std::size_t>(matrix.nonZeros());
  const auto rows = static_cast<std::size_t>(matrix.rows());
  file.write(name + "/data", std::vector<double>(matrix.valuePtr(), matrix.valuePtr() + nonzeros),
             {matrix.nonZeros()});
  file.write(name + "/indices",
             std::vector<std::int32_t>(matrix.innerIndexPtr(), matrix.innerIndexPtr() + nonzeros));
  file.write(name + "/indptr",
             std::vector<std::int64_t>(matrix.outerIndexPtr(), matrix.outerIndexPtr() + rows + 1));
}

SparseMatrix read_csr_group(const hdf5::File& file, const std::string& name) {
  if (!file.has(name)) throw InputError(file.path() + ": group '" + name + "' is missing");
  CsrArrays csr;
  require_encoding(file, name);
  read_shape(file, name, csr);
  read_arrays(file, name, csr);
  require_row_starts(file, name, csr);
  require_entries(file, name, csr);
  return matrix_from(csr);
}

}  // namespace simplicit
