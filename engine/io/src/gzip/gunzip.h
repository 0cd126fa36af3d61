#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io {

// What begins as gzip does, unpacked to at most `limit` bytes; everything else as it is.
Result<std::vector<std::byte>> gunzip_if_needed(std::vector<std::byte> bytes, const std::string& label,
                                                std::uint64_t limit);

}  // namespace tenbo::io
