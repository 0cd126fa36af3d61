#include "gzip/unpacker.h"

#include <algorithm>
#include <array>

namespace tenbo::io::gzip {

void append(std::vector<std::byte>& out, std::span<const std::byte> more, std::uint64_t limit) {
  if (const auto needed = out.size() + more.size(); needed > out.capacity())
    out.reserve(std::max<std::size_t>(needed, static_cast<std::size_t>(std::min<std::uint64_t>(limit, out.capacity() + out.capacity() / 2))));
  out.insert(out.end(), more.begin(), more.end());
}

Unpacker::Unpacker() {
  if (inflateInit2(&stream_, 15 + 16) != Z_OK) state_ = State::damaged;
}
Unpacker::~Unpacker() { inflateEnd(&stream_); }

Unpacker::State Unpacker::take(std::span<const std::byte> packed, std::vector<std::byte>& out, std::uint64_t limit) {
  std::array<std::byte, 65536> piece;
  // zlib reads through a pointer to what it may not change
  stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(packed.size(), UINT32_MAX));
  while (state_ == State::more) {
    stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream_.avail_out = static_cast<uInt>(piece.size());
    const int said = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t got = piece.size() - stream_.avail_out;
    if (out.size() + got > limit) return state_ = State::too_large;
    append(out, std::span(piece).first(got), limit);
    if (said == Z_STREAM_END) return state_ = State::whole;
    if (said != Z_OK && said != Z_BUF_ERROR) return state_ = State::damaged;
    if (stream_.avail_in == 0 && stream_.avail_out > 0) break;  // the rest is still to come
  }
  return state_;
}

}  // namespace tenbo::io::gzip
