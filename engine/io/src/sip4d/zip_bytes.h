#pragma once
// A .zip that lies in memory, because it came over a network: nothing of it is written to a disk. Stored and deflated members
// (APPNOTE 6.3, 4.4.5); of ZIP64, encryption and archives in several parts it is said that they are not read.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io::sip4d {

struct ZipMember {
  std::string name;              // as the archive has it
  std::uint32_t packed = 0, size = 0, crc = 0, header = 0;  // bytes; where its local header begins
  std::uint16_t method = 0, flags = 0;
};

class ZipBytes {
 public:
  // The bytes must outlive it. At most 10,000 members.
  static Result<ZipBytes> open(std::span<const std::byte> bytes, std::string label);
  const std::vector<ZipMember>& members() const { return members_; }
  const ZipMember* find(std::string_view name) const;
  // Whole, and as its checksum says; no more than `limit` bytes.
  Result<std::vector<std::byte>> read(const ZipMember& member, std::uint64_t limit) const;

 private:
  std::span<const std::byte> bytes_;
  std::string label_;
  std::vector<ZipMember> members_;
};

bool begins_like_zip(std::span<const std::byte> bytes);

}  // namespace tenbo::io::sip4d
