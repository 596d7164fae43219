#include "parallel/mpi_error.hpp"
#include "parallel/pieces.hpp"
#include <simplicit/parallel/reductions.hpp>

namespace simplicit {
namespace {

template <class T>
void reduce_in_place(const Communicator& ranks, std::span<T> values, MPI_Datatype type, MPI_Op operation) {
  if (ranks.size() == 1) return;
  in_pieces(values.size_bytes(), largest_piece, [&](std::size_t offset, std::size_t bytes) {
    T* first = values.data() + offset / sizeof(T);
    SIMPLICIT_MPI(MPI_Allreduce(MPI_IN_PLACE, first, static_cast<int>(bytes / sizeof(T)), type, operation,
                                ranks.raw()));
  });
}

}  // namespace

void sum_over_ranks(const Communicator& ranks, std::span<std::int64_t> values) {
  reduce_in_place(ranks, values, MPI_INT64_T, MPI_SUM);
}

void max_over_ranks(const Communicator& ranks, std::span<double> values) {
  reduce_in_place(ranks, values, MPI_DOUBLE, MPI_MAX);
}

Interruption interruption_requested(const Communicator& ranks) {
  return static_cast<Interruption>(ranks.max(static_cast<std::int64_t>(interruption_requested())));
}

}  // namespace simplicit
