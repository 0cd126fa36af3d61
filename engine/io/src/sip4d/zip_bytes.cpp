#include "sip4d/zip_bytes.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "tenbo/base/text.h"

namespace tenbo::io::sip4d {
namespace {

constexpr std::uint32_t end_mark = 0x06054b50, entry_mark = 0x02014b50, local_mark = 0x04034b50;
constexpr std::size_t end_size = 22, entry_size = 46, local_size = 30, longest_comment = 65535, most_members = 10'000;

std::uint16_t u16(std::span<const std::byte> b, std::size_t at) { return static_cast<std::uint16_t>(std::to_integer<unsigned>(b[at]) | std::to_integer<unsigned>(b[at + 1]) << 8); }
std::uint32_t u32(std::span<const std::byte> b, std::size_t at) { return u16(b, at) | static_cast<std::uint32_t>(u16(b, at + 2)) << 16; }

}  // namespace

bool begins_like_zip(std::span<const std::byte> b) { return b.size() >= end_size && u32(b, 0) == local_mark; }

Result<ZipBytes> ZipBytes::open(std::span<const std::byte> bytes, std::string label) {
  const auto bad = [&](std::string why) { return Error{ErrorCode::malformed, std::move(why), label, "", "send the archive again"}; };
  if (bytes.size() < end_size) return bad("is no whole archive");
  std::size_t end = bytes.size() - end_size;
  const std::size_t least = end > longest_comment ? end - longest_comment : 0;
  while (u32(bytes, end) != end_mark || end + end_size + u16(bytes, end + 20) > bytes.size()) {
    if (end == least) return bad("has no directory at its end: it is no archive, or cut off");
    --end;
  }
  const std::size_t count = u16(bytes, end + 10), size = u32(bytes, end + 12), start = u32(bytes, end + 16);
  if (u16(bytes, end + 4) != 0 || count != u16(bytes, end + 8)) return Error{ErrorCode::unsupported, "is one part of an archive in several", label, "", "pack it into one file"};
  if (count == 0xFFFF || start == 0xFFFFFFFF) return Error{ErrorCode::unsupported, "is a ZIP64 archive", label, "", "an archive of less than 4 GiB needs none"};
  if (count > most_members) return Error{ErrorCode::out_of_budget, "has " + std::to_string(count) + " members, more than " + std::to_string(most_members), label, "", ""};
  if (start > end || size > end - start) return bad("its directory lies outside of it");
  ZipBytes out;
  out.bytes_ = bytes;
  out.members_.reserve(count);
  std::size_t at = start;
  for (std::size_t i = 0; i < count; ++i) {
    if (end - at < entry_size || u32(bytes, at) != entry_mark) return bad("its directory is damaged");
    const std::size_t name = u16(bytes, at + 28), more = u16(bytes, at + 30), comment = u16(bytes, at + 32);
    if (end - at - entry_size < name + more + comment) return bad("its directory is damaged");
    ZipMember m;
    m.flags = u16(bytes, at + 8);
    m.method = u16(bytes, at + 10);
    m.crc = u32(bytes, at + 16);
    m.packed = u32(bytes, at + 20);
    m.size = u32(bytes, at + 24);
    m.header = u32(bytes, at + 42);
    m.name.assign(reinterpret_cast<const char*>(bytes.data() + at + entry_size), name);
    out.members_.push_back(std::move(m));
    at += entry_size + name + more + comment;
  }
  out.label_ = std::move(label);
  return out;
}

const ZipMember* ZipBytes::find(std::string_view name) const {
  const auto it = std::find_if(members_.begin(), members_.end(), [&](const auto& m) { return m.name == name; });
  return it == members_.end() ? nullptr : &*it;
}

Result<std::vector<std::byte>> ZipBytes::read(const ZipMember& m, std::uint64_t limit) const {
  const std::string name = to_valid_utf8(m.name.substr(0, 200));
  const auto bad = [&](std::string why) { return Error{ErrorCode::malformed, std::move(why), label_, name, "send the archive again"}; };
  if (m.flags & 1) return Error{ErrorCode::unsupported, "is encrypted", label_, name, "send it without a password"};
  if (m.method != 0 && m.method != 8) return Error{ErrorCode::unsupported, "is packed by method " + std::to_string(m.method), label_, name, "pack it by \"deflate\""};
  if (m.size > limit) return Error{ErrorCode::out_of_budget, "unpacks to " + std::to_string(m.size) + " bytes, more than " + std::to_string(limit), label_, name, ""};
  if (m.header > bytes_.size() || bytes_.size() - m.header < local_size || u32(bytes_, m.header) != local_mark) return bad("is not where the directory says");
  const std::size_t start = std::size_t{m.header} + local_size + u16(bytes_, m.header + 26) + u16(bytes_, m.header + 28);
  if (start > bytes_.size() || m.packed > bytes_.size() - start) return bad("is cut off");
  // Deflate packs no better than 1 to 1032: what claims more is not given the memory.
  if (m.method == 0 ? m.size != m.packed : m.size / 1100 > m.packed + std::uint64_t{1}) return bad("has another size than it can have");
  const auto packed = bytes_.subspan(start, m.packed);
  std::vector<std::byte> out(m.size);
  if (m.method == 0) {
    std::copy(packed.begin(), packed.end(), out.begin());
  } else {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Error{ErrorCode::internal, "zlib cannot be started", label_, name, ""};
    std::byte none{};  // zlib wants a place also for nothing
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.empty() ? &none : packed.data()));
    stream.avail_in = m.packed;
    stream.next_out = reinterpret_cast<Bytef*>(out.empty() ? &none : out.data());
    stream.avail_out = m.size;
    const int state = inflate(&stream, Z_FINISH);
    const bool whole = state == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!whole) return bad("cannot be unpacked");
  }
  const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size());
  if (!out.empty() && crc != m.crc) return bad("is damaged: its checksum is another");
  return out;
}

}  // namespace tenbo::io::sip4d
