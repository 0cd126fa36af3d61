#pragma once
// A gzipped body, unpacked while it comes: what unpacks to more than its limit is found out before there is more than that in memory.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tenbo::io::gzip {

class Unpacker {
 public:
  enum class State { more, whole, too_large, damaged };

  Unpacker();
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  // Adds what `packed` holds to `out`, which never grows beyond `limit` bytes. What follows the end of the packed data is left alone.
  State take(std::span<const std::byte> packed, std::vector<std::byte>& out, std::uint64_t limit);
  State state() const { return state_; }
  std::uint64_t taken() const { return stream_.total_in; }  // packed bytes

 private:
  z_stream stream_{};
  State state_ = State::more;
};

// Adds to `out` so that a body of unknown length takes half as much again at the most, and not twice its size, while it grows.
void append(std::vector<std::byte>& out, std::span<const std::byte> more, std::uint64_t limit);

}  // namespace tenbo::io::gzip
