#pragma once
#include <string>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"

namespace tenbo::bench {
// RGB, 8 bits. The bench has its own, for it carries no library but zlib, and that inside.
Status write_png(const Image& image, const std::string& path);
}  // namespace tenbo::bench
