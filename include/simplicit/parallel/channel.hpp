#pragma once

#include <simplicit/parallel/communicator.hpp>

#include <memory>
#include <optional>
#include <string>

namespace simplicit {

/// The length of a message as MPI counts it; throws SystemError from 2 GiB on.
[[nodiscard]] int message_length(std::size_t bytes);

/// Point-to-point messages between ranks: bytes with a tag >= 0, in order from each source. Sends do not
/// block the sender, and a long message under way does not block the receiver: other messages pass it
/// meanwhile. Two channels over the same ranks never see each other's messages.
class Channel {
 public:
  explicit Channel(const Communicator& ranks);  ///< collective
  /// Waits for its own pending sends; while an exception is in flight it gives them up instead.
  ~Channel();
  Channel(Channel&&) noexcept;
  Channel& operator=(Channel&&) noexcept;

  struct Message {
    int source;
    int tag;
    std::string bytes;
  };

  void send(int destination, int tag, std::string bytes);
  /// The next message from anyone, waiting for it with short sleeps.
  [[nodiscard]] Message receive();
  /// The next message if one has arrived.
  [[nodiscard]] std::optional<Message> poll();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
