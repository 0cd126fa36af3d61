#pragma once
// Frames between two processes over a socket, where the other one is not trusted: each length is held to a limit before anything is
// allocated. A frame is kind (4 bytes), length of the head (4), length of the body (8), in the machine's byte order; head; body.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo {

struct Frame {
  std::uint32_t kind = 0;
  std::string head;              // small fields
  std::vector<std::byte> body;   // what is large, by itself, so that it is moved on and not copied
};

struct FrameLimits {
  std::uint32_t head_bytes = 0;
  std::uint64_t body_bytes = 0;
};

// Bytes, as they come, into frames.
class FrameReader {
 public:
  // Where the next bytes are to be put, never empty, once take() has nothing more; `filled` says how many were.
  std::span<std::byte> space();
  void filled(std::size_t bytes);
  // The next whole frame. Nothing where it has not all come, and once a length is over its limit: `why` then says which.
  std::optional<Frame> take(const FrameLimits& limits);
  const std::string& why() const { return why_; }

 private:
  std::vector<std::byte> buffer_;      // what came and is not taken, from begin_ to end_
  std::size_t begin_ = 0, end_ = 0;
  bool in_frame_ = false;
  bool straight_ = false;              // the space is the body's own
  Frame frame_;                        // that is coming; its body as far as there is room for it
  std::uint64_t body_size_ = 0;
  std::size_t head_got_ = 0, body_got_ = 0;
  std::string why_;
};

// One end. Not for two threads at once.
class Channel {
 public:
  Channel() = default;
  explicit Channel(int socket) : socket_(socket) {}  // a connected stream socket, which is closed with this
  ~Channel() { close(); }
  Channel(Channel&& other) noexcept : socket_(std::exchange(other.socket_, -1)), reader_(std::move(other.reader_)) {}
  Channel& operator=(Channel&& other) noexcept;
  // Two ends. About so many bytes wait between them before a sender does.
  static Result<std::pair<Channel, Channel>> pair(std::size_t buffer_bytes);

  // Waits until all is on its way. False: nobody reads it any more.
  bool send(std::uint32_t kind, std::string_view head, std::span<const std::byte> body = {});
  enum class Got {
    frame,
    nothing,  // for as long as was waited
    end,      // the other end has closed
    refused,  // over a limit; why() says which. Nothing can be read afterwards
  };
  Got receive(Frame& into, const FrameLimits& limits, std::chrono::milliseconds wait);
  const std::string& why() const { return reader_.why(); }
  void end_sending();  // the other end receives what was sent, then the end
  int socket() const { return socket_; }
  void close();

 private:
  int socket_ = -1;
  FrameReader reader_;
};

}  // namespace tenbo
