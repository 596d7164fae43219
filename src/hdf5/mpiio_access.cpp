#include "hdf5/mpiio_access.hpp"

#include <simplicit/base/error.hpp>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace simplicit::hdf5 {
namespace {

using Hint = std::pair<std::string, std::string>;

std::vector<Hint> hints_from_environment() {
  const char* const text = std::getenv("SIMPLICIT_MPIIO_HINTS");
  std::vector<Hint> hints;
  std::istringstream list(text == nullptr ? "" : text);
  for (std::string item; std::getline(list, item, ';');) {
    if (item.empty()) continue;
    const std::size_t sign = item.find('=');
    if (sign == 0 || sign == std::string::npos || item.size() > MPI_MAX_INFO_KEY) {
      throw InputError("SIMPLICIT_MPIIO_HINTS: '" + item + "' is not of the form key=value");
    }
    hints.emplace_back(item.substr(0, sign), item.substr(sign + 1));
  }
  return hints;
}

/// Hints in MPI's own form, freed with the object.
class MpiInfo {
 public:
  explicit MpiInfo(const std::vector<Hint>& hints) {
    if (hints.empty()) return;
    if (MPI_Info_create(&raw_) != MPI_SUCCESS) throw SystemError("MPI_Info_create failed");
    for (const auto& [key, value] : hints) MPI_Info_set(raw_, key.c_str(), value.c_str());
  }
  ~MpiInfo() {
    if (raw_ != MPI_INFO_NULL) MPI_Info_free(&raw_);
  }
  MpiInfo(const MpiInfo&) = delete;
  MpiInfo& operator=(const MpiInfo&) = delete;
  [[nodiscard]] MPI_Info raw() const { return raw_; }

 private:
  MPI_Info raw_ = MPI_INFO_NULL;
};

}  // namespace

Handle mpiio_access(const Communicator& ranks, const Place& place) {
  const MpiInfo hints(hints_from_environment());
  Handle access = acquire(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, place);
  require(H5Pset_fapl_mpio(access.get(), ranks.raw(), hints.raw()), place);
  require(H5Pset_all_coll_metadata_ops(access.get(), true), place);
  require(H5Pset_coll_metadata_write(access.get(), true), place);
  return access;
}

}  // namespace simplicit::hdf5
