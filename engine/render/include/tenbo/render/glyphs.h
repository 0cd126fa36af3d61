#pragma once
// One on-demand glyph cache for panels and labels: FreeType over the fonts of the system, all Unicode planes, found
// through fontconfig by what each character needs. Signed nothing: plain coverage at the asked pixel size.
#include <cstdint>
#include <glm/vec2.hpp>
#include <memory>
#include <span>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo::render {

struct Glyph {
  float advance = 0;               // px
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // px, quad relative to the pen on the baseline, y down
  float u0 = 0, v0 = 0, u1 = 0, v1 = 0;
  bool found = false;              // false: the box for a character no font has
};

inline constexpr int least_text_size = 8;      // px; sizes asked for are brought into this range
inline constexpr int greatest_text_size = 200;

class GlyphCache {
 public:
  // Fonts: Noto Sans CJK JP first, then what fontconfig offers for a character. Fails where there is no font at all.
  // atlas_size: px, brought to a power of two from 128 to 8192.
  static Result<std::unique_ptr<GlyphCache>> create(int atlas_size = 2048);
  virtual ~GlyphCache() = default;
  // Rasterised on first use. size: px, rounded to whole. When the atlas is full the least recently used page is
  // dropped and generation() changes: quads made before must be made again. Controls, variation selectors and other
  // invisible characters are found, empty and without advance. The reference holds until the next call. [main]
  virtual const Glyph& glyph(char32_t code_point, int size, bool bold) = 0;
  // The same glyph grown by `radius` px on all sides, to be drawn dark under it. [main]
  virtual const Glyph& halo(char32_t code_point, int size, bool bold, int radius) = 0;
  // Without rasterising anything. [main]
  virtual float advance(char32_t code_point, int size, bool bold) = 0;
  virtual float ascent(int size) const = 0;       // px above the baseline
  virtual float line_height(int size) const = 0;  // px; the font's own, which is generous
  virtual float cap_height(int size) const = 0;   // px; half of it above the baseline is the middle of a line
  // The sum of the advances; malformed bytes count as U+FFFD. Rasterises nothing. [main]
  virtual float text_width(std::string_view utf8, int size, bool bold) = 0;
  virtual std::uint64_t generation() const = 0;
  virtual glm::vec2 white_uv() const = 0;         // a texel that is fully covered
  virtual int atlas_size() const = 0;
  // Rows changed since the last call, for Renderer::update_glyph_atlas; false = nothing to send. `pixels` are the rows
  // y0 <= y < y1 alone, atlas_size() bytes each. The first call gives every row.
  virtual bool take_dirty(int& y0, int& y1, std::span<const std::uint8_t>& pixels) = 0;
};

}  // namespace tenbo::render
