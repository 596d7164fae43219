#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/calls.hpp>

#include <algorithm>
#include <vector>

namespace simplicit::hdf5 {
namespace {

/// The descriptions on HDF5's error stack, the most specific first.
std::vector<std::string> error_descriptions() {
  std::vector<std::string> descriptions;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* list) -> herr_t {
        if (entry->desc != nullptr) static_cast<std::vector<std::string>*>(list)->emplace_back(entry->desc);
        return 0;
      },
      &descriptions);
  return descriptions;
}

/// Before main: starts HDF5 silent, ahead of MPI and without its clean-up on leaving. HDF5 1.10 frees a file
/// whose last flush failed (a full disk) but keeps its id, and would close it a second time in MPI_Finalize
/// or at exit: a crash in place of our message and exit code. Our files are closed by their owners anyway.
const bool started = [] {
  H5dont_atexit();
  return H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
}();

}  // namespace

void Place::fail(const std::string& fault) const {
  const std::string message = path + ": " + (object.empty() ? "" : object + " ") + fault;
  if (writing) throw SystemError(message);
  throw InputError(message);
}

Place file_place(const std::string& path, bool writing) {
  return {path, "", writing};
}

Place dataset_place(const std::string& path, const std::string& dataset, bool writing) {
  return {path, "dataset '" + dataset + "'", writing};
}

Place attribute_place(const std::string& path, const std::string& object, const std::string& attribute,
                      bool writing) {
  return {path, "attribute '" + attribute + "'" + (object == "/" ? "" : " of '" + object + "'"), writing};
}

void silence_error_stack() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string innermost_error() {
  const std::vector<std::string> descriptions = error_descriptions();
  return descriptions.empty() ? "" : descriptions.front();
}

/// Of a call of the operating system that failed HDF5 tells much, over several lines: the reason is enough.
std::string because() {
  std::string error = innermost_error();
  const std::string before = "error message = '";
  const std::size_t reason = error.find(before);
  if (reason != std::string::npos) {
    error.erase(0, reason + before.size());
    error.resize(std::min(error.size(), error.find('\'')));
  }
  error.resize(std::min(error.size(), error.find('\n')));
  return error.empty() ? "" : ": " + error;
}

bool error_mentions(const std::string& words) {
  for (const std::string& description : error_descriptions()) {
    if (description.find(words) != std::string::npos) return true;
  }
  return false;
}

Handle acquire(hid_t id, Handle::Close close, const Place& place) {
  require(id, place);
  return {id, close};
}

long long require(long long status, const Place& place) {
  SIMPLICIT_ASSERT(started, "HDF5 did not start");
  if (status < 0) place.fail((place.writing ? "cannot be written" : "cannot be read") + because());
  return status;
}

}  // namespace simplicit::hdf5
