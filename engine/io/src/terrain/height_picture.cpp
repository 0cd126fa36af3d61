#include "terrain/height_picture.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "image/image_memory.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io {

const char* to_string(HeightEncoding encoding) {
  switch (encoding) {
    case HeightEncoding::gsi: return "gsi";
    case HeightEncoding::terrain_rgb: return "terrain-rgb";
    case HeightEncoding::terrarium: return "terrarium";
    case HeightEncoding::unknown: break;
  }
  return "unknown";
}

std::optional<HeightEncoding> parse_height_encoding(std::string_view word) {
  for (const auto e : {HeightEncoding::gsi, HeightEncoding::terrain_rgb, HeightEncoding::terrarium})
    if (word == to_string(e)) return e;
  return std::nullopt;
}

HeightEncoding height_encoding_by_name(const std::filesystem::path& path) {
  const std::string name = lower_case(shown(path));
  const auto has = [&](const char* word) { return name.find(word) != std::string::npos; };
  if (has("terrarium")) return HeightEncoding::terrarium;
  if (has("terrain-rgb") || has("terrain_rgb") || has("terrainrgb") || has("terrain-dem")) return HeightEncoding::terrain_rgb;
  for (const char* product : {"dem", "dem5a", "dem5b", "dem5c", "dem1a", "demgm"})
    if (has((std::string("/") + product + "_png/").c_str())) return HeightEncoding::gsi;
  if (has("/dem10b/") || has("cyberjapandata")) return HeightEncoding::gsi;
  return HeightEncoding::unknown;
}

namespace terrain {
namespace {

constexpr float no_data = std::numeric_limits<float>::quiet_NaN();
constexpr int largest_edge = 1024, text_edge = 256;

float height_of(HeightEncoding encoding, const std::uint8_t* p) {
  if (p[3] == 0) return no_data;
  const int x = p[0] * 65536 + p[1] * 256 + p[2];
  switch (encoding) {
    case HeightEncoding::gsi:
      if (x == 1 << 23) return no_data;
      return static_cast<float>((x < 1 << 23 ? x : x - (1 << 24)) / 100.0);
    case HeightEncoding::terrain_rgb: return static_cast<float>(x / 10.0 - 10'000);
    case HeightEncoding::terrarium: return static_cast<float>(x / 256.0 - 32'768);
    case HeightEncoding::unknown: break;
  }
  return no_data;
}

// 256 lines of 256 numbers with commas between them; "e" is no data.
Result<HeightPicture> read_text(std::string_view text, const std::string& label) {
  HeightPicture out;
  out.edge = text_edge;
  out.heights.reserve(text_edge * text_edge);
  for (int row = 1; !text.empty(); ++row) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::size_t before = out.heights.size();
    while (!line.empty() && out.heights.size() - before < text_edge) {
      const std::string_view word = line.substr(0, line.find(','));
      float value = no_data;
      if (word != "e") {
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc() || end != word.data() + word.size() || !(std::abs(value) < 1e5f))
          return Error{ErrorCode::malformed, "has \"" + to_valid_utf8(word.substr(0, 20)) + "\" where a height in metres, or e, is due", label, "line " + std::to_string(row), ""};
      }
      out.heights.push_back(value);
      line.remove_prefix(std::min(line.size(), word.size() + 1));
    }
    if (out.heights.size() - before != text_edge || !line.empty() || out.heights.size() > text_edge * text_edge)
      return Error{ErrorCode::malformed, "is no table of 256 lines with 256 heights each", label, "line " + std::to_string(row), ""};
  }
  if (out.heights.size() != text_edge * text_edge)
    return Error{ErrorCode::malformed, "has " + std::to_string(out.heights.size() / text_edge) + " lines of heights, expected 256", label, "", "the tile is cut off"};
  return out;
}

}  // namespace

Result<HeightPicture> read_height_picture(std::span<const std::byte> bytes, HeightEncoding encoding, const std::string& label) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xFF\xD8\xFF"))
    return Error{ErrorCode::unsupported, "is a JPEG, which has lost the heights' last digits", label, "", "heights are in PNG or lossless WebP"};
  if (encoding == HeightEncoding::gsi && !text.empty() && (text[0] == 'e' || text[0] == '-' || (text[0] >= '0' && text[0] <= '9'))) return read_text(text, label);
  auto image = read_image_memory(bytes, label, 4 * largest_edge);
  if (!image) return image.error();
  if (image->width != image->height || image->width < 16 || image->width > largest_edge)
    return Error{ErrorCode::malformed, "is a picture of " + std::to_string(image->width) + " x " + std::to_string(image->height) + " pixels; tiles of heights are square, 16 to " +
                 std::to_string(largest_edge) + " along an edge", label, "", ""};
  HeightPicture out;
  out.edge = image->width;
  out.heights.resize(image->rgba.size() / 4);
  for (std::size_t i = 0; i < out.heights.size(); ++i) out.heights[i] = height_of(encoding, image->rgba.data() + i * 4);
  return out;
}

}  // namespace terrain
}  // namespace tenbo::io
