#include "tenbo/base/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tenbo {
namespace {

constexpr std::size_t buffer_size = 65'536;
constexpr std::size_t header_size = 16;
constexpr std::size_t first_room = std::size_t{1} << 20;  // for a body, then twice what has come: a length alone gets no more

}  // namespace

std::span<std::byte> FrameReader::space() {
  straight_ = in_frame_ && begin_ == end_ && head_got_ == frame_.head.size() && body_size_ - body_got_ >= buffer_size;
  if (straight_) return std::span(frame_.body).subspan(body_got_);
  buffer_.resize(buffer_size);
  if (begin_ > 0) std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());  // less than a header
  end_ -= begin_;
  begin_ = 0;
  return std::span(buffer_).subspan(end_);
}

void FrameReader::filled(std::size_t bytes) { (straight_ ? body_got_ : end_) += bytes; }

std::optional<Frame> FrameReader::take(const FrameLimits& limits) {
  if (!why_.empty()) return std::nullopt;
  const auto from_buffer = [&](void* to, std::size_t most) {
    const std::size_t n = std::min(most, end_ - begin_);
    if (n > 0) std::memcpy(to, buffer_.data() + begin_, n);
    begin_ += n;
    return n;
  };
  if (!in_frame_) {
    if (end_ - begin_ < header_size) return std::nullopt;
    std::uint32_t head = 0;
    from_buffer(&frame_.kind, sizeof frame_.kind);
    from_buffer(&head, sizeof head);
    from_buffer(&body_size_, sizeof body_size_);
    if (head > limits.head_bytes || body_size_ > limits.body_bytes) {
      why_ = head > limits.head_bytes ? "a head of " + std::to_string(head) + " bytes, over the limit of " + std::to_string(limits.head_bytes)
                                      : "a body of " + std::to_string(body_size_) + " bytes, over the limit of " + std::to_string(limits.body_bytes);
      return std::nullopt;
    }
    frame_.head.resize(head);
    head_got_ = body_got_ = 0;
    in_frame_ = true;
  }
  head_got_ += from_buffer(frame_.head.data() + head_got_, frame_.head.size() - head_got_);
  if (head_got_ < frame_.head.size()) return std::nullopt;
  while (body_got_ < body_size_) {
    if (body_got_ == frame_.body.size()) frame_.body.resize(static_cast<std::size_t>(std::min<std::uint64_t>(body_size_, std::max(first_room, 2 * body_got_))));
    const std::size_t n = from_buffer(frame_.body.data() + body_got_, frame_.body.size() - body_got_);
    if (n == 0) return std::nullopt;
    body_got_ += n;
  }
  in_frame_ = false;
  return std::exchange(frame_, {});
}

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this != &other) {
    close();
    socket_ = std::exchange(other.socket_, -1);
    reader_ = std::move(other.reader_);
  }
  return *this;
}

Result<std::pair<Channel, Channel>> Channel::pair(std::size_t buffer_bytes) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return Error{ErrorCode::io, std::string("a pair of sockets cannot be made: ") + std::strerror(errno), "", "", ""};
  const int half = static_cast<int>(buffer_bytes / 2);  // the kernel takes it twice, for what it keeps beside the bytes
  for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &half, sizeof half);
  return std::pair(Channel(ends[0]), Channel(ends[1]));
}

bool Channel::send(std::uint32_t kind, std::string_view head, std::span<const std::byte> body) {
  char header[header_size];
  const auto head_size = static_cast<std::uint32_t>(head.size());
  const std::uint64_t body_size = body.size();
  std::memcpy(header, &kind, 4);
  std::memcpy(header + 4, &head_size, 4);
  std::memcpy(header + 8, &body_size, 8);
  iovec parts[3] = {{header, header_size}, {const_cast<char*>(head.data()), head.size()}, {const_cast<std::byte*>(body.data()), body.size()}};
  std::size_t at = 0;
  while (at < 3) {
    if (parts[at].iov_len == 0) {
      ++at;
      continue;
    }
    msghdr message{};
    message.msg_iov = parts + at;
    message.msg_iovlen = 3 - at;
    const ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      pollfd wait{socket_, POLLOUT, 0};
      ::poll(&wait, 1, -1);
      continue;
    }
    if (sent <= 0) return false;
    for (auto left = static_cast<std::size_t>(sent); left > 0;) {
      const std::size_t n = std::min(left, parts[at].iov_len);
      parts[at].iov_base = static_cast<char*>(parts[at].iov_base) + n;
      parts[at].iov_len -= n;
      left -= n;
      if (parts[at].iov_len == 0) ++at;
    }
  }
  return true;
}

Channel::Got Channel::receive(Frame& into, const FrameLimits& limits, std::chrono::milliseconds wait) {
  bool waited = wait.count() <= 0;
  for (;;) {
    if (auto frame = reader_.take(limits)) {
      into = std::move(*frame);
      return Got::frame;
    }
    if (!reader_.why().empty()) return Got::refused;
    const auto space = reader_.space();
    const ssize_t got = ::recv(socket_, space.data(), space.size(), MSG_DONTWAIT);
    if (got > 0) {
      reader_.filled(static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return Got::end;
    if (waited) return Got::nothing;
    pollfd ready{socket_, POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(wait.count()));
    waited = true;
  }
}

void Channel::end_sending() { ::shutdown(socket_, SHUT_WR); }

void Channel::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

}  // namespace tenbo
