#pragma once
// Dear ImGui fonts without an atlas of their own: every glyph comes from the renderer's one glyph cache, on demand. A
// string must pass through text() (in the font it will be drawn with) before ImGui sees it.
#include <array>
#include <bitset>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "tenbo/render/glyphs.h"
#include "text_map.h"

struct ImFont;
struct ImFontAtlas;

namespace tenbo::shell {

enum class TextSize { detail, read, heading, title };  // runtime::metrics has their px

class Fonts {
 public:
  Fonts(render::GlyphCache& cache, ImFontAtlas& atlas);
  ~Fonts();

  // Before each ImGui::NewFrame: takes a new scale, and starts over when the cache dropped a page since.
  void begin_frame(float scale);
  // True when the cache dropped a page after begin_frame: what was built this frame must be built again.
  bool stale() const { return cache_.generation() != generation_; }

  ImFont* font(TextSize size, bool bold = false) const;
  // The string as ImGui can show it in its current font; lives until the next begin_frame.
  const char* text(std::string_view utf8);
  // For a character typed into a field of the current font.
  char32_t typed(char32_t code_point);
  // Makes glyphs for text that is mapped already (a field's buffer).
  void ensure_mapped(std::string_view mapped);
  TextMap& map() { return map_; }
  int pixels(TextSize size) const;

 private:
  struct Face {
    ImFont* font = nullptr;
    TextSize size = TextSize::read;
    bool bold = false;
    std::bitset<0x10000> has;
  };
  void reset();
  void ensure(Face& face, std::string_view mapped);
  Face& current();

  render::GlyphCache& cache_;
  ImFontAtlas& atlas_;
  TextMap map_;
  std::array<Face, 8> faces_;
  std::deque<std::string> strings_;  // of this frame
  std::uint64_t generation_ = 0;
  float scale_ = 0;
};

}  // namespace tenbo::shell
