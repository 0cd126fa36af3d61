#pragma once
#include <cstddef>
#include <filesystem>
#include <span>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

// A picture that lies in memory as a file would; `name` stands in messages.
Result<Image> read_image_memory(std::span<const std::byte> bytes, const std::filesystem::path& name, int max_edge = 4096);

}  // namespace tenbo::io
