#pragma once
// Photographs that a list names. The list is a stranger's: a path never leaves the folder that the scene allows, only JPEG, PNG and WebP
// are opened, by their content, and what is too large is refused before it is decoded.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

struct PhotoLimits {
  std::uint64_t bytes = std::uint64_t{64} << 20;   // of the file
  std::uint64_t pixels = 200'000'000;              // that it says it has
  int edge = 2048;                                 // of what is kept; larger ones are halved until they fit
};

// The file below `folder`; follows links only where they end below it, too. Refuses absolute paths, drives, addresses, "..", and names with
// control characters; takes "\" as "/". The folder itself is the scene's word, and may be a link.
Result<std::filesystem::path> photo_file(const std::filesystem::path& folder, std::string_view written);

enum class PhotoType : std::uint8_t { jpeg, png, webp };
struct PhotoHead {
  PhotoType type = PhotoType::jpeg;
  std::uint32_t width = 0, height = 0;  // px, as the header says
};
// From the first bytes, without decoding anything.
Result<PhotoHead> photo_head(std::span<const std::byte> bytes);

// Whether a JPEG's picture has an end. `head`: from its first byte to beyond the beginning of the picture; `tail`: the last bytes of the file, which
// begin at `tail_at`. True for what is no JPEG, and where the head does not reach the picture.
bool jpeg_has_end(std::span<const std::byte> head, std::span<const std::byte> tail, std::uint64_t tail_at);

Result<Image> read_photo(const std::filesystem::path& folder, std::string_view written, const PhotoLimits& limits = {});  // [worker]

}  // namespace tenbo::io
