#pragma once
// KTX 2.0: plain 8-bit pixels and BC1 to BC5, stored as they are or packed by Zstandard or zlib.
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

bool is_ktx2(std::span<const std::byte> bytes);
// Why a picture cannot be read, by the name of what is in it ("is Basis Universal (UASTC)"); nothing where it can be tried.
std::optional<std::string> ktx2_unreadable(std::span<const std::byte> bytes);
// The level that fits into `max_edge`; the first row is the top. Missing channels are 0, alpha 255.
Result<Image> read_ktx2(std::span<const std::byte> bytes, const std::string& name, int max_edge);

}  // namespace tenbo::io
