#include "tenbo/render/glyphs.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_GLYPH_H
#include FT_OUTLINE_H
#include FT_STROKER_H
#include FT_TRUETYPE_TABLES_H

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "glyphs_atlas.h"
#include "glyphs_fonts.h"
#include "tenbo/base/text.h"

namespace tenbo::render {
namespace {
constexpr char32_t missing = 0x110000;  // beyond Unicode: the box that stands for what no font has
// Hinted in height alone, so that stems are crisp and widths stay true to the design.
constexpr FT_Int32 load_flags = FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP;

// Unicode's Default_Ignorable_Code_Point as far as it occurs in data, and the controls.
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x180B && c <= 0x180F) ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

int usable_size(int size) { return std::clamp(size, least_text_size, greatest_text_size); }

struct Coverage {
  std::vector<std::uint8_t> pixels;  // width * height
  int width = 0, height = 0;
  int left = 0, top = 0;             // px from the pen: right, up
  float scale = 1;                   // quad px per coverage px; above 1 for glyphs larger than a page
};

class Cache final : public GlyphCache {
 public:
  Cache(std::unique_ptr<Fonts> fonts, int atlas_size) : fonts_(std::move(fonts)), atlas_(atlas_size) {}

  const Glyph& glyph(char32_t c, int size, bool bold) override { return entry(c, usable_size(size), bold, 0); }
  const Glyph& halo(char32_t c, int size, bool bold, int radius) override {
    return entry(c, usable_size(size), bold, std::clamp(radius, 1, 31));
  }

  float advance(char32_t c, int size, bool bold) override { return metrics(c, usable_size(size), bold).advance; }
  float text_width(std::string_view utf8, int size, bool bold) override {
    float width = 0;
    for (std::size_t at = 0; at < utf8.size();) width += advance(next_code_point(utf8, at), size, bold);
    return width;
  }

  float ascent(int size) const override { return metric(size, [](FT_Face f) { return f->size->metrics.ascender / 64.f; }); }
  float line_height(int size) const override {
    return metric(size, [](FT_Face f) { return f->size->metrics.height / 64.f; });
  }
  float cap_height(int size) const override {
    return metric(size, [&](FT_Face f) {
      const auto* os2 = static_cast<const TT_OS2*>(FT_Get_Sfnt_Table(f, FT_SFNT_OS2));
      const bool known = os2 && os2->version >= 2 && os2->version != 0xFFFF && os2->sCapHeight > 0 && f->units_per_EM > 0;
      return usable_size(size) * (known ? static_cast<float>(os2->sCapHeight) / f->units_per_EM : 0.73f);
    });
  }

  std::uint64_t generation() const override { return generation_; }
  glm::vec2 white_uv() const override { return glm::vec2(GlyphAtlas::white_texels * 0.5f / atlas_.size()); }
  int atlas_size() const override { return atlas_.size(); }
  bool take_dirty(int& y0, int& y1, std::span<const std::uint8_t>& pixels) override {
    return atlas_.take_dirty(y0, y1, pixels);
  }

 private:
  struct Metrics {
    float advance = 0;
    FaceGlyph font;  // face null: the missing box, or nothing to draw
    bool found = false;
  };
  struct Entry {
    Glyph glyph;
    int page = -1;  // -1: nothing to draw
  };

  static std::uint64_t key(char32_t c, int size, bool bold, int halo) {
    return c | std::uint64_t(size) << 21 | std::uint64_t(bold) << 29 | std::uint64_t(halo) << 30;
  }

  template <class F>
  float metric(int size, F&& of) const {
    FT_Set_Pixel_Sizes(fonts_->main(false), 0, static_cast<FT_UInt>(usable_size(size)));
    return of(fonts_->main(false));
  }

  const Metrics& metrics(char32_t c, int size, bool bold) {
    if (metrics_.size() > 200'000) metrics_.clear();  // hostile text must not fill the memory
    const auto [it, is_new] = metrics_.try_emplace(key(c, size, bold, 0));
    Metrics& m = it->second;
    if (!is_new) return m;
    if (c == '\t') c = ' ';
    m.found = true;
    if (is_invisible(c)) return m;
    if (c < missing) m.font = fonts_->find(c, bold);
    if (m.font.face && FT_Set_Pixel_Sizes(m.font.face, 0, static_cast<FT_UInt>(size)) == 0 &&
        FT_Load_Glyph(m.font.face, m.font.index, load_flags) == 0) {
      m.advance = m.font.face->glyph->advance.x / 64.f;
    } else {
      m = {std::round(size * 0.6f), {}, false};
    }
    return m;
  }

  const Glyph& entry(char32_t c, int size, bool bold, int halo) {
    const Metrics m = metrics(c, size, bold);
    if (!m.found) c = missing;
    const auto [it, is_new] = entries_.try_emplace(key(c, size, bold, halo));
    if (is_new) fill(it->second, m, size, bold, halo);
    if (it->second.page >= 0) atlas_.touch(it->second.page);
    return it->second.glyph;
  }

  void fill(Entry& e, const Metrics& m, int size, bool bold, int halo) {
    e.glyph.advance = m.advance;
    e.glyph.found = m.found;
    const Coverage coverage = !m.found ? box(size, bold, halo) : m.font.face ? outline(m.font, size, halo) : Coverage{};
    if (coverage.width == 0 || coverage.height == 0) return;
    auto place = atlas_.put(coverage.width, coverage.height);
    while (!place) {
      drop(atlas_.oldest());
      place = atlas_.put(coverage.width, coverage.height);
    }
    for (int y = 0; y < coverage.height; ++y)
      std::memcpy(atlas_.texel(place->x, place->y + y), &coverage.pixels[static_cast<std::size_t>(y) * coverage.width],
                  static_cast<std::size_t>(coverage.width));
    atlas_.mark_dirty(place->y, place->y + coverage.height);
    e.page = place->page;
    const float texel = 1.f / atlas_.size();
    e.glyph.x0 = coverage.left * coverage.scale;
    e.glyph.y0 = -coverage.top * coverage.scale;
    e.glyph.x1 = e.glyph.x0 + coverage.width * coverage.scale;
    e.glyph.y1 = e.glyph.y0 + coverage.height * coverage.scale;
    e.glyph.u0 = place->x * texel;
    e.glyph.v0 = place->y * texel;
    e.glyph.u1 = (place->x + coverage.width) * texel;
    e.glyph.v1 = (place->y + coverage.height) * texel;
  }

  void drop(int page) {
    std::erase_if(entries_, [page](const auto& kv) { return kv.second.page == page; });
    atlas_.clear(page);
    atlas_.touch(page);
    ++generation_;
  }

  Coverage outline(FaceGlyph font, int size, int halo) const {
    int drawn_size = size;
    Coverage out;
    for (int attempt = 0; attempt < 3; ++attempt) {
      if (FT_Set_Pixel_Sizes(font.face, 0, static_cast<FT_UInt>(drawn_size)) != 0 ||
          FT_Load_Glyph(font.face, font.index, load_flags) != 0)
        return {};
      const auto& m = font.face->glyph->metrics;
      const int largest = static_cast<int>(std::max(m.width, m.height) / 64) + 2 + 2 * halo;
      if (largest <= atlas_.largest()) break;
      drawn_size = std::max(1, drawn_size * (atlas_.largest() - 4) / largest);  // drawn smaller, shown stretched
    }
    out.scale = static_cast<float>(size) / drawn_size;
    FT_Glyph glyph = nullptr;
    if (FT_Get_Glyph(font.face->glyph, &glyph) != 0) return {};
    if (halo > 0 && glyph->format == FT_GLYPH_FORMAT_OUTLINE) {
      FT_Stroker stroker = nullptr;
      if (FT_Stroker_New(fonts_->library(), &stroker) == 0) {
        FT_Stroker_Set(stroker, std::lround(halo * 64 / out.scale), FT_STROKER_LINECAP_ROUND, FT_STROKER_LINEJOIN_ROUND, 0);
        FT_Glyph_StrokeBorder(&glyph, stroker, 0, 1);
        FT_Stroker_Done(stroker);
      }
    }
    if (FT_Glyph_To_Bitmap(&glyph, FT_RENDER_MODE_NORMAL, nullptr, 1) == 0) {
      const auto* drawn = reinterpret_cast<const FT_BitmapGlyphRec*>(glyph);
      const FT_Bitmap& bitmap = drawn->bitmap;
      const bool fits = static_cast<int>(std::max(bitmap.width, bitmap.rows)) <= atlas_.largest();
      if (bitmap.pixel_mode == FT_PIXEL_MODE_GRAY && fits) {
        out.width = static_cast<int>(bitmap.width);
        out.height = static_cast<int>(bitmap.rows);
        out.left = drawn->left;
        out.top = drawn->top;
        out.pixels.resize(static_cast<std::size_t>(out.width) * out.height);
        for (int y = 0; y < out.height; ++y)
          std::memcpy(&out.pixels[static_cast<std::size_t>(y) * out.width], bitmap.buffer + y * bitmap.pitch, bitmap.width);
      }
    }
    FT_Done_Glyph(glyph);
    return out;
  }

  Coverage box(int size, bool bold, int halo) const {
    const int side = std::max(1, size / 16), line = std::max(bold ? 2 : 1, size / 16), wall = line + 2 * halo;
    Coverage out;
    out.width = static_cast<int>(std::lround(size * 0.6f)) - 2 * side + 2 * halo;
    out.height = static_cast<int>(std::lround(size * 0.73f)) + 2 * halo;
    if (std::max(out.width, out.height) > atlas_.largest()) {
      out = box(size / 2, bold, halo / 2);
      out.scale *= 2;
      return out;
    }
    out.left = side - halo;
    out.top = out.height - halo;
    out.pixels.assign(static_cast<std::size_t>(out.width) * out.height, 0);
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        if (x < wall || y < wall || x >= out.width - wall || y >= out.height - wall)
          out.pixels[static_cast<std::size_t>(y) * out.width + x] = 255;
    return out;
  }

  std::unique_ptr<Fonts> fonts_;
  GlyphAtlas atlas_;
  std::unordered_map<std::uint64_t, Metrics> metrics_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::uint64_t generation_ = 0;
};
}  // namespace

Result<std::unique_ptr<GlyphCache>> GlyphCache::create(int atlas_size) {
  auto fonts = Fonts::open();
  if (!fonts) return fonts.error();
  const auto size = std::bit_ceil(static_cast<unsigned>(std::clamp(atlas_size, 128, 8192)));
  return std::unique_ptr<GlyphCache>(std::make_unique<Cache>(std::move(*fonts), static_cast<int>(size)));
}

}  // namespace tenbo::render
