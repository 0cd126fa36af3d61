#include "fonts.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "tenbo/base/text.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::shell {
namespace {

namespace metrics = runtime::metrics;
constexpr float base_pixels[] = {metrics::detail, metrics::read, metrics::heading, metrics::title};
// What ImGui itself draws: its own marks for cut text, and the fallback.
constexpr std::string_view always = " ?.…\xEF\xBF\xBD";

}  // namespace

Fonts::Fonts(render::GlyphCache& cache, ImFontAtlas& atlas) : cache_(cache), atlas_(atlas) {
  // The atlas stands for the cache's texture: id 0 is "the glyph atlas" in overlay commands. It is never built by ImGui.
  atlas_.Flags |= ImFontAtlasFlags_NoBakedLines | ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoPowerOfTwoHeight;
  atlas_.TexReady = true;
  atlas_.TexID = nullptr;
  const TextSize sizes[] = {TextSize::read, TextSize::detail, TextSize::heading, TextSize::title};
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    faces_[i].font = IM_NEW(ImFont)();
    faces_[i].size = sizes[i / 2];
    faces_[i].bold = i % 2 == 1;
    faces_[i].font->ContainerAtlas = &atlas_;
    atlas_.Fonts.push_back(faces_[i].font);  // the atlas frees it
  }
}

Fonts::~Fonts() = default;

int Fonts::pixels(TextSize size) const {
  return std::max(6, static_cast<int>(std::lround(base_pixels[static_cast<int>(size)] * scale_)));
}

void Fonts::begin_frame(float scale) {
  strings_.clear();
  if (scale == scale_ && !stale()) return;
  scale_ = scale;
  reset();
}

void Fonts::reset() {
  // Filling one face may itself push the cache over; a second round then meets a cache without the old pages.
  for (int round = 0; round < 2; ++round) {
    generation_ = cache_.generation();
    const int edge = cache_.atlas_size();
    atlas_.TexWidth = atlas_.TexHeight = edge;
    atlas_.TexUvScale = {1.0f / static_cast<float>(edge), 1.0f / static_cast<float>(edge)};
    atlas_.TexUvWhitePixel = {cache_.white_uv().x, cache_.white_uv().y};
    for (Face& face : faces_) {
      face.font->ClearOutputData();
      face.has.reset();
      face.font->ContainerAtlas = &atlas_;  // ClearOutputData forgets it
      const int px = pixels(face.size);
      // Lines are tighter than the font's own, with capitals and kanji in their middle.
      face.font->FontSize = std::round(1.36f * static_cast<float>(px));
      face.font->Ascent = std::round((face.font->FontSize + cache_.cap_height(px)) / 2);
      face.font->Descent = face.font->Ascent - face.font->FontSize;
      ensure(face, always);
    }
    if (!stale()) return;
  }
}

void Fonts::ensure(Face& face, std::string_view mapped) {
  ImFont& font = *face.font;
  const int px = pixels(face.size);
  bool added = false;
  for (std::size_t pos = 0; pos < mapped.size();) {
    const char32_t unit = next_code_point(mapped, pos);
    if (unit > 0xFFFF || unit < 0x20) continue;
    // Asked even when ImGui has it, so that the cache knows it is in use.
    const render::Glyph& g = cache_.glyph(map_.out(unit), px, face.bold);
    if (face.has[unit]) continue;
    face.has.set(unit);
    font.AddGlyph(nullptr, static_cast<ImWchar>(unit), g.x0, g.y0 + font.Ascent, g.x1, g.y1 + font.Ascent, g.u0, g.v0, g.u1, g.v1,
                  g.advance);
    added = true;
  }
  if (added) font.BuildLookupTable();
}

Fonts::Face& Fonts::current() {
  const ImFont* font = ImGui::GetFont();
  const auto it = std::find_if(faces_.begin(), faces_.end(), [&](const Face& f) { return f.font == font; });
  return it == faces_.end() ? faces_.front() : *it;
}

ImFont* Fonts::font(TextSize size, bool bold) const {
  for (const Face& f : faces_)
    if (f.size == size && f.bold == bold) return f.font;
  return faces_.front().font;
}

const char* Fonts::text(std::string_view utf8) {
  std::string& mapped = strings_.emplace_back();
  mapped.reserve(utf8.size());
  for (std::size_t pos = 0; pos < utf8.size();) {
    const char32_t c = next_code_point(utf8, pos);
    if (c == 0) continue;
    append_utf8(mapped, map_.in(c));
  }
  ensure(current(), mapped);
  return mapped.c_str();
}

void Fonts::ensure_mapped(std::string_view mapped) { ensure(current(), mapped); }

char32_t Fonts::typed(char32_t code_point) {
  return code_point < 0x20 ? 0 : map_.in(code_point);
}

}  // namespace tenbo::shell
