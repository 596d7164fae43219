#include "parallel/mpi_error.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/parallel/channel.hpp>
#include <simplicit/system/backoff.hpp>

#include <mpi.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <limits>
#include <list>
#include <string>
#include <utility>

namespace simplicit {
namespace {

/// A message under way; it stays where it is in memory until MPI is done with its bytes.
struct Transfer {
  int source = 0;
  int tag = 0;
  std::string bytes;
  MPI_Request request = MPI_REQUEST_NULL;

  [[nodiscard]] bool complete() {
    int done = 0;
    SIMPLICIT_MPI(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    return done != 0;
  }
};

Communicator own_copy(const Communicator& ranks) {
  if (ranks.size() == 1) return ranks;
  MPI_Comm copy = MPI_COMM_NULL;
  SIMPLICIT_MPI(MPI_Comm_dup(ranks.raw(), &copy));
  return Communicator::adopt(copy);
}

}  // namespace

struct Channel::Impl {
  Communicator ranks;
  std::list<Transfer> outgoing;
  std::list<Transfer> incoming;   ///< in the order the messages were matched
  std::deque<Message> to_myself;  ///< what a single rank sends, without MPI
  int exceptions_at_start = std::uncaught_exceptions();

  explicit Impl(const Communicator& all) : ranks(own_copy(all)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    const bool gives_up = std::uncaught_exceptions() > exceptions_at_start;
    if (!gives_up) {
      for (Transfer& transfer : outgoing) MPI_Wait(&transfer.request, MPI_STATUS_IGNORE);
    } else {
      abandon(outgoing);
    }
    abandon(incoming);
  }

  /// MPI may still touch the bytes, so they are never given back.
  static void abandon(std::list<Transfer>& transfers) {
    if (!transfers.empty()) new std::list<Transfer>(std::move(transfers));
  }

  /// A look that finds nothing may only have moved arrivals to where the next look finds them.
  void start_arrivals() {
    for (int looks_in_vain = 0; looks_in_vain < 2;) {
      int arrived = 0;
      MPI_Message message = MPI_MESSAGE_NULL;
      MPI_Status status;
      SIMPLICIT_MPI(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, ranks.raw(), &arrived, &message, &status));
      if (arrived == 0) {
        ++looks_in_vain;
        continue;
      }
      looks_in_vain = 0;
      int bytes = 0;
      SIMPLICIT_MPI(MPI_Get_count(&status, MPI_BYTE, &bytes));
      Transfer& transfer = incoming.emplace_back();
      transfer.source = status.MPI_SOURCE;
      transfer.tag = status.MPI_TAG;
      transfer.bytes.resize(static_cast<std::size_t>(bytes));
      SIMPLICIT_MPI(MPI_Imrecv(transfer.bytes.data(), bytes, MPI_BYTE, &message, &transfer.request));
    }
  }

  /// The first transfer that is complete and has no earlier one of the same source still under way.
  std::optional<Message> first_complete() {
    std::vector<int> under_way;
    for (auto transfer = incoming.begin(); transfer != incoming.end(); ++transfer) {
      const bool overtakes =
          std::find(under_way.begin(), under_way.end(), transfer->source) != under_way.end();
      if (!overtakes && transfer->complete()) {
        Message message{transfer->source, transfer->tag, std::move(transfer->bytes)};
        incoming.erase(transfer);
        return message;
      }
      under_way.push_back(transfer->source);
    }
    return std::nullopt;
  }

  std::optional<Message> take_from_myself() {
    if (to_myself.empty()) return std::nullopt;
    Message message = std::move(to_myself.front());
    to_myself.pop_front();
    return message;
  }

  void drop_finished_sends() {
    outgoing.remove_if([](Transfer& transfer) { return transfer.complete(); });
  }
};

int message_length(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw SystemError("a message of " + std::to_string(bytes) +
                      " bytes is too long: MPI carries less than 2 GiB at once");
  return static_cast<int>(bytes);
}

Channel::Channel(const Communicator& ranks) : impl_(std::make_unique<Impl>(ranks)) {}
Channel::Channel(Channel&&) noexcept = default;
Channel& Channel::operator=(Channel&&) noexcept = default;
Channel::~Channel() = default;

void Channel::send(int destination, int tag, std::string bytes) {
  const int length = message_length(bytes.size());
  if (impl_->ranks.size() == 1) {
    SIMPLICIT_ASSERT(destination == 0, std::to_string(destination));
    impl_->to_myself.push_back({0, tag, std::move(bytes)});
    return;
  }
  impl_->drop_finished_sends();
  Transfer& transfer = impl_->outgoing.emplace_back();
  transfer.bytes = std::move(bytes);
  SIMPLICIT_MPI(MPI_Isend(transfer.bytes.data(), length, MPI_BYTE, destination, tag, impl_->ranks.raw(),
                          &transfer.request));
}

std::optional<Channel::Message> Channel::poll() {
  if (impl_->ranks.size() == 1) return impl_->take_from_myself();
  impl_->drop_finished_sends();
  impl_->start_arrivals();
  return impl_->first_complete();
}

Channel::Message Channel::receive() {
  Backoff backoff;
  for (;;) {
    if (auto message = poll()) return *std::move(message);
    backoff.pause();
  }
}

}  // namespace simplicit
