#pragma once

#include <simplicit/parallel/communicator.hpp>

#include <memory>
#include <optional>
#include <string>

namespace simplicit {

/// Point-to-point messages of any length between ranks: bytes with a tag. Sends do not block the sender.
class Channel {
 public:
  explicit Channel(Communicator ranks);
  ~Channel();  ///< waits for its own pending sends
  Channel(Channel&&) noexcept;
  Channel& operator=(Channel&&) noexcept;

  struct Message {
    int source;
    int tag;
    std::string bytes;
  };

  void send(int destination, int tag, std::string bytes);
  /// The next message from anyone, waiting for it.
  [[nodiscard]] Message receive();
  /// The next message if one has arrived.
  [[nodiscard]] std::optional<Message> poll();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
