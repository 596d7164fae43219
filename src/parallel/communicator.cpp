#include "parallel/mpi_error.hpp"
#include "parallel/pieces.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <utility>

namespace simplicit {
namespace {

constexpr int gather_tag = 1;

void free_communicator(MPI_Comm* comm) {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Comm_free(comm);
  delete comm;
}

template <class T>
T reduced(T value, MPI_Datatype type, MPI_Op operation, MPI_Comm comm) {
  T result = value;
  SIMPLICIT_MPI(MPI_Allreduce(&value, &result, 1, type, operation, comm));
  return result;
}

}  // namespace

// One process needs no MPI at all, so that code written for ranks also runs in programs that never start it.
Communicator Communicator::self() {
  return Communicator(std::make_shared<MPI_Comm>(MPI_COMM_SELF));
}

Communicator Communicator::world() {
  int initialized = 0;
  MPI_Initialized(&initialized);
  if (initialized == 0) return self();
  Communicator world(std::make_shared<MPI_Comm>(MPI_COMM_WORLD));
  SIMPLICIT_MPI(MPI_Comm_rank(world.raw(), &world.rank_));
  SIMPLICIT_MPI(MPI_Comm_size(world.raw(), &world.size_));
  return world;
}

Communicator Communicator::adopt(MPI_Comm raw) {
  Communicator adopted(std::shared_ptr<MPI_Comm>(new MPI_Comm(raw), free_communicator));
  SIMPLICIT_MPI(MPI_Comm_set_errhandler(raw, MPI_ERRORS_RETURN));
  SIMPLICIT_MPI(MPI_Comm_rank(raw, &adopted.rank_));
  SIMPLICIT_MPI(MPI_Comm_size(raw, &adopted.size_));
  return adopted;
}

Communicator::Communicator(std::shared_ptr<MPI_Comm> comm) : comm_(std::move(comm)) {}

Communicator Communicator::split_by_node() const {
  if (size_ == 1) return *this;
  MPI_Comm node = MPI_COMM_NULL;
  SIMPLICIT_MPI(MPI_Comm_split_type(raw(), MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node));
  return adopt(node);
}

Communicator Communicator::split(int colour) const {
  SIMPLICIT_ASSERT(colour >= 0, std::to_string(colour));
  if (size_ == 1) return *this;
  MPI_Comm part = MPI_COMM_NULL;
  SIMPLICIT_MPI(MPI_Comm_split(raw(), colour, rank_, &part));
  return adopt(part);
}

void Communicator::barrier() const {
  if (size_ > 1) SIMPLICIT_MPI(MPI_Barrier(raw()));
}

void Communicator::broadcast_bytes(void* data, std::size_t bytes, int root) const {
  if (size_ == 1) return;
  in_pieces(bytes, largest_piece, [&](std::size_t offset, std::size_t piece) {
    SIMPLICIT_MPI(
        MPI_Bcast(static_cast<std::byte*>(data) + offset, static_cast<int>(piece), MPI_BYTE, root, raw()));
  });
}

void Communicator::broadcast(std::string& text, int root) const {
  std::size_t length = text.size();
  broadcast(length, root);
  text.resize(length);
  broadcast_bytes(text.data(), length, root);
}

std::int64_t Communicator::sum(std::int64_t value) const {
  return size_ == 1 ? value : reduced(value, MPI_INT64_T, MPI_SUM, raw());
}

std::int64_t Communicator::min(std::int64_t value) const {
  return size_ == 1 ? value : reduced(value, MPI_INT64_T, MPI_MIN, raw());
}

std::int64_t Communicator::max(std::int64_t value) const {
  return size_ == 1 ? value : reduced(value, MPI_INT64_T, MPI_MAX, raw());
}

double Communicator::max(double value) const {
  return size_ == 1 ? value : reduced(value, MPI_DOUBLE, MPI_MAX, raw());
}

std::vector<std::byte> Communicator::gather_bytes(std::span<const std::byte> bytes, int root) const {
  if (size_ == 1) return {bytes.begin(), bytes.end()};
  std::vector<std::size_t> sizes(rank_ == root ? static_cast<std::size_t>(size_) : 0);
  const std::size_t own = bytes.size();
  SIMPLICIT_MPI(MPI_Gather(&own, sizeof own, MPI_BYTE, sizes.data(), sizeof own, MPI_BYTE, root, raw()));

  if (rank_ != root) {
    in_pieces(own, largest_piece, [&](std::size_t offset, std::size_t piece) {
      SIMPLICIT_MPI(
          MPI_Send(bytes.data() + offset, static_cast<int>(piece), MPI_BYTE, root, gather_tag, raw()));
    });
    return {};
  }

  std::size_t total = 0;
  for (const std::size_t size : sizes) total += size;
  std::vector<std::byte> all(total);
  std::byte* place = all.data();
  for (int source = 0; source < size_; ++source) {
    const std::size_t size = sizes[static_cast<std::size_t>(source)];
    if (source == root) {
      if (size > 0) std::memcpy(place, bytes.data(), size);
    } else {
      in_pieces(size, largest_piece, [&](std::size_t offset, std::size_t piece) {
        SIMPLICIT_MPI(MPI_Recv(place + offset, static_cast<int>(piece), MPI_BYTE, source, gather_tag, raw(),
                               MPI_STATUS_IGNORE));
      });
    }
    place += size;
  }
  return all;
}

std::vector<std::string> Communicator::gather_strings(const std::string& text, int root) const {
  const std::size_t length = text.size();
  const std::vector<std::size_t> lengths = gather(std::span(&length, 1), root);
  const std::vector<char> letters = gather(std::span(text.data(), text.size()), root);
  std::vector<std::string> texts;
  std::size_t begin = 0;
  for (const std::size_t one : lengths) {
    texts.emplace_back(letters.data() + begin, one);
    begin += one;
  }
  return texts;
}

Range share(Index count, int part, int parts) {
  SIMPLICIT_ASSERT(
      count >= 0 && part >= 0 && part < parts,
      std::to_string(count) + " items, part " + std::to_string(part) + " of " + std::to_string(parts));
  const Index least = count / parts;
  const Index longer = count % parts;  // the first parts take one more
  const Index begin = part * least + std::min<Index>(part, longer);
  return {begin, begin + least + (part < longer ? 1 : 0)};
}

}  // namespace simplicit
