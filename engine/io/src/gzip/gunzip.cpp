#include "gzip/gunzip.h"

#include <algorithm>

#include "gzip/unpacker.h"

namespace tenbo::io {

Result<std::vector<std::byte>> gunzip_if_needed(std::vector<std::byte> bytes, const std::string& label,
                                                std::uint64_t limit) {
  if (bytes.size() < 2 || bytes[0] != std::byte{0x1F} || bytes[1] != std::byte{0x8B}) return bytes;
  std::vector<std::byte> out;
  out.reserve(std::min<std::uint64_t>(limit, bytes.size() * std::uint64_t{2}));
  gzip::Unpacker unpacker;
  switch (unpacker.take(bytes, out, limit)) {
    case gzip::Unpacker::State::whole: return out;
    case gzip::Unpacker::State::too_large:
      return Error{ErrorCode::out_of_budget, "unpacks to more than " + std::to_string(limit) + " bytes", label, "", ""};
    default: return Error{ErrorCode::malformed, "is gzipped, and damaged or cut off", label, "byte " + std::to_string(unpacker.taken()), ""};
  }
}

}  // namespace tenbo::io
