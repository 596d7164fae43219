#include "hdf5/mpiio_access.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/hdf5/calls.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/system/disk_room.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

namespace simplicit::hdf5 {
namespace {

/// What somebody who gives this file here may have meant.
std::string advice_for(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".onnx")
    return ", it is an ONNX network: record its states with 'simplicit capture' and give the file that it "
           "writes";
  if (extension == ".pt" || extension == ".pth" || extension == ".pkl" || extension == ".ckpt")
    return ", it looks like PyTorch's: export the network with torch.onnx.export(model.eval(), sample, "
           "\"net.onnx\") and "
           "give that to 'simplicit capture'";
  return "";
}

/// Throws unless the operating system opens a non-empty regular file for reading; returns its size in bytes.
std::int64_t require_readable(const std::string& path) {
  const Place place = file_place(path);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) place.fail("does not exist");
  if (descriptor < 0) place.fail(std::string("cannot be read: ") + std::strerror(errno));
  struct stat status {};
  const bool known = ::fstat(descriptor, &status) == 0;
  ::close(descriptor);
  if (!known) place.fail("cannot be read");
  if (S_ISDIR(status.st_mode)) place.fail("is a directory");
  if (!S_ISREG(status.st_mode)) place.fail("is not a regular file");
  if (status.st_size == 0) place.fail("is empty");
  return status.st_size;
}

std::string node_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// Root has read the file; this rank may be on a node that sees another one, or none.
void require_same_on_this_node(const std::string& path, std::int64_t size_for_root) {
  std::int64_t size = 0;
  if (const auto failure = failure_of([&] { size = require_readable(path); })) {
    throw Error(failure->code, failure->message + " on node " + node_name());
  }
  if (size != size_for_root) {
    file_place(path).fail("is not the same file on every node: " + std::to_string(size) + " bytes on " +
                          node_name() + ", " + std::to_string(size_for_root) + " for the first rank");
  }
}

/// Says why HDF5 did not open a file that the operating system can read.
[[noreturn]] void fail_to_open(const Place& place) {
  if (error_mentions("unable to lock file")) {
    place.fail("cannot be locked" + because() +
               "; is another program writing it? HDF5_USE_FILE_LOCKING=FALSE reads it without a lock");
  }
  if (error_mentions("file is already open for")) {
    place.fail(
        "is being written by another program, or one that wrote it did not end as it should: wait until it "
        "is "
        "closed, or mark it as closed with h5clear -s");
  }
  const std::string reason = because();
  if (H5Fis_hdf5(place.path.c_str()) == 0) place.fail("is not an HDF5 file" + advice_for(place.path));
  place.fail("is truncated or damaged" + reason);
}

/// Whether HDF5 failed because the file system has no locks, and not because another program holds one.
bool locks_are_missing() {
  return error_mentions("unable to lock file") &&
         !error_mentions("errno = " + std::to_string(EWOULDBLOCK) + ",");
}

/// File access by one process that takes no locks; plain access where HDF5 is too old to be told.
Handle access_without_locks(const Place& place) {
  Handle access = acquire(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, place);
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  require(H5Pset_file_locking(access.get(), false, true), place);
#endif
  return access;
}

/// What attempt(access) opens or creates on one process; an invalid handle when it fails. Network file
/// systems often have no locks. Ours are not needed there: whole files appear by being renamed.
Handle with_locks_where_possible(const Place& place, const std::function<hid_t(hid_t access)>& attempt) {
  Handle file(attempt(H5P_DEFAULT), H5Fclose);
  if (file.valid() || !locks_are_missing()) return file;
  return {attempt(access_without_locks(place).get()), H5Fclose};
}

/// Touches the file to be created, so that one rank can tell all others of a path that does not work.
void require_creatable(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) file_place(path, true).fail(std::string("cannot be created: ") + std::strerror(errno));
  ::close(descriptor);
}

}  // namespace

File::File(std::string path, Handle handle, std::optional<Communicator> ranks, bool writing)
    : path_(std::move(path)), handle_(std::move(handle)), ranks_(std::move(ranks)), writing_(writing) {}

File File::open(const std::string& path) {
  require_readable(path);
  const Place place = file_place(path);
  Handle handle = with_locks_where_possible(
      place, [&](hid_t access) { return H5Fopen(path.c_str(), H5F_ACC_RDONLY, access); });
  if (!handle.valid()) fail_to_open(place);
  return {path, std::move(handle), std::nullopt, false};
}

File File::open_collective(const std::string& path, const Communicator& ranks) {
  std::int64_t size = 0;
  on_root(ranks, [&] {
    size = require_readable(path);
    (void)open(path);
  });
  ranks.broadcast(size);
  agree(ranks, [&] { require_same_on_this_node(path, size); });
  if (ranks.size() == 1) {
    File file = open(path);
    file.ranks_ = ranks;
    return file;
  }
  Handle handle;
  agree(ranks, [&] {
    const Handle access = mpiio_access(ranks, file_place(path));
    handle = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    if (!handle.valid()) fail_to_open(file_place(path));
  });
  return {path, std::move(handle), ranks, false};
}

File File::create(const std::string& path) {
  require_creatable(path);
  const Place place = file_place(path, true);
  Handle handle = with_locks_where_possible(
      place, [&](hid_t access) { return H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access); });
  if (!handle.valid()) place.fail("cannot be created" + because());
  return {path, std::move(handle), std::nullopt, true};
}

File File::create_collective(const std::string& path, const Communicator& ranks,
                             const std::function<void(File&)>& describe) {
  on_root(ranks, [&] {
    File file = create(path);
    describe(file);
    file.close();
    set_room_aside(path);
  });
  const Place place = file_place(path, true);
  Handle handle;
  agree(ranks, [&] {
    if (ranks.size() == 1) {
      handle = with_locks_where_possible(
          place, [&](hid_t access) { return H5Fopen(path.c_str(), H5F_ACC_RDWR, access); });
    } else {
      handle = Handle(H5Fopen(path.c_str(), H5F_ACC_RDWR, mpiio_access(ranks, place).get()), H5Fclose);
    }
    if (!handle.valid()) place.fail("cannot be written" + because());
  });
  return {path, std::move(handle), ranks, true};
}

void File::close() {
  if (!handle_.valid()) return;
  const bool together = ranks_ && ranks_->size() > 1;
  if (writing_) flush(together);
  const auto finish = [this] {
    if (!handle_.close()) file_place(path_, writing_).fail("cannot be closed" + because());
  };
  if (together) {
    agree(*ranks_, finish);
  } else {
    finish();
  }
}

/// A rank that fails to flush may be the only one, with the others inside a collective call that cannot end:
/// it throws alone, whatever that leads to, and leaves the file open, as closing would wait for the others
/// too.
void File::flush(bool together) {
  if (H5Fflush(handle_.get(), H5F_SCOPE_GLOBAL) >= 0) return;
  const std::string reason = because();
  if (together) new Handle(std::move(handle_));
  file_place(path_, true).fail("cannot be written" + reason);
}

}  // namespace simplicit::hdf5
